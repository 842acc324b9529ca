"""Which pixels a network was trained on, found by trying: nothing in a model file says it."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.significance import SIGNIFICANT
from cifar_core.runs.imported import Scaling, ScalingFinding, ScalingTrial
from cifar_core.words.counts import counted

SCALINGS: tuple[Scaling, ...] = get_args(Scaling)

MOST_PICTURES = 2000
"""At 70% this tells 2 points apart; more would not change the choice, only take longer."""

REORDERED = 0.10
"""If renaming its classes gains a network more than this, their order is taken to be another one."""

_CHUNK = 5000


def scale_and_offset(
    scaling: Scaling, mean: NDArray[np.float64], deviation: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what pixels 0–255 are multiplied by, and what is added then, for each of the three channels.

    Parameters
    ----------
    scaling : Scaling
        How the pixels shall be scaled.
    mean, deviation : ndarray of float64, shape (3,)
        Of the training split, from :func:`channel_statistics`; a deviation of 0 counts as 1.
    """
    one = np.ones(3)
    match scaling:
        case "0 to 255":
            return one, 0 * one
        case "0 to 1":
            return one / 255, 0 * one
        case "-1 to 1":
            return one / 127.5, -one
        case "standardised":
            spread = np.where(deviation > 0, deviation, 1.0)
            return 1 / spread, -mean / spread


def channel_statistics(images: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard deviation of each channel, exactly, from counts of the 256 values.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, h, w, 3)
        May be a memory map; it is read once, some pictures at a time.

    Returns
    -------
    mean, deviation : ndarray of float64, shape (3,)
        On the scale 0–255.
    """
    counts = np.zeros((3, 256), np.int64)
    for start in range(0, len(images), _CHUNK):
        chunk = images[start : start + _CHUNK]
        for channel in range(3):
            counts[channel] += np.bincount(chunk[..., channel].ravel(), minlength=256)
    values = np.arange(256)
    pixels = counts.sum(axis=1)
    mean = counts @ values / pixels
    return mean, np.sqrt(np.maximum(counts @ values**2 / pixels - mean**2, 0))


def choose_scaling(tried: Mapping[Scaling, Predictions], class_names: tuple[str, ...]) -> ScalingFinding:
    """Take the scaling with which a network is right most often, and say when that may be wrong.

    Scaling and order of the classes are chosen on every second picture of each class, and judged on the others:
    whatever is chosen by looking at pictures looks good on these.

    Parameters
    ----------
    tried : mapping of Scaling to Predictions
        What it said about the same validation pictures, for each scaling; at least one.
    class_names : tuple of str
        What its outputs should be called.

    Returns
    -------
    ScalingFinding
        With all figures. It warns where no scaling is clearly above chance, where its classes are in another order, and
        where the two best cannot be told apart.
    """
    choose, judge = _halves(next(iter(tried.values())).labels)
    choosing = {scaling: _part(predictions, choose) for scaling, predictions in tried.items()}
    judging = {scaling: _part(predictions, judge) for scaling, predictions in tried.items()}
    ranked = sorted(choosing, key=lambda scaling: -choosing[scaling].accuracy)
    best = ranked[0]
    count = len(judging[best])
    chance = 1 / len(class_names)
    warnings = []
    orders = {scaling: best_order(predictions) for scaling, predictions in choosing.items()}
    reordered = max(orders, key=lambda scaling: orders[scaling][1])
    order = orders[reordered][0]
    in_order = in_another_order(judging[reordered], order)
    if _holds(in_order, judging[best]):
        best = reordered
        warnings.append(_order_warning(in_order, judging[best], [class_names[true] for true in order]))
    elif judging[best].accuracy <= chance + 3 * sqrt(chance * (1 - chance) / count):
        warnings.append(
            f"With no scaling is it clearly better than guessing ({100 * chance:g}%): it may have been trained on "
            "other pictures, on another scaling, or with its classes in another order."
        )
    elif len(ranked) > 1:
        pair = PairedComparison.from_predictions(judging[ranked[0]], judging[ranked[1]])
        if pair.p_value >= SIGNIFICANT:
            warnings.append(
                f"“{ranked[0]}” and “{ranked[1]}” cannot be told apart on these pictures, so the scaling may be "
                "the other one."
            )
    trials = tuple(ScalingTrial(scaling=scaling, accuracy=one.accuracy) for scaling, one in judging.items())
    interval = _interval(judging[best])
    return ScalingFinding(
        chosen=best,
        pictures=count,
        chosen_on=len(choosing[best]),
        low=interval.low,
        high=interval.high,
        trials=trials,
        warning=" ".join(warnings) or None,
    )


def _halves(labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pictures that choose and those that judge: of each class every second one; all, of a single one."""
    turns = np.empty(len(labels), np.int64)
    for number, label in enumerate(np.unique(labels)):
        members = np.flatnonzero(labels == label)
        turns[members] = (
            np.arange(len(members)) + number
        ) % 2  # where each class is there but once, both have some
    choose, judge = np.flatnonzero(turns == 0), np.flatnonzero(turns == 1)
    return (choose, judge) if len(choose) and len(judge) else (np.arange(len(labels)),) * 2


def _part(predictions: Predictions, chosen: NDArray[np.int64]) -> Predictions:
    return Predictions(predictions.logits[chosen], predictions.labels[chosen], predictions.indices[chosen])


def _holds(in_order: Predictions, plain: Predictions) -> bool:
    """Tell whether another order of the classes is better on pictures that had no part in finding it."""
    gain = in_order.accuracy - plain.accuracy
    return gain > REORDERED and PairedComparison.from_predictions(in_order, plain).p_value < SIGNIFICANT


def _order_warning(in_order: Predictions, plain: Predictions, names: Sequence[str]) -> str:
    return (
        f"Its classes seem to be in another order: with its outputs read as {', '.join(names[:10])}"
        f"{' …' if len(names) > 10 else ''} it would be right in {100 * in_order.accuracy:.0f}% of the "
        f"{counted(len(plain), 'picture')} that judged (95% interval {_interval(in_order).in_percent}), instead of "
        f"{100 * plain.accuracy:.0f}%. Its figures here count for the order of this data set; reorder its last layer "
        "and import it again."
    )


def _interval(predictions: Predictions) -> Interval:
    return wilson_interval(int(predictions.correct.sum()), len(predictions))


def in_another_order(predictions: Predictions, order: Sequence[int]) -> Predictions:
    """Read the outputs of a network as other classes.

    Parameters
    ----------
    predictions : Predictions
        As the network gave them.
    order : sequence of int
        For each output the class that it stands for, each class once.
    """
    logits = np.empty_like(predictions.logits)
    logits[:, list(order)] = predictions.logits
    return Predictions(logits, predictions.labels, predictions.indices)


def best_order(predictions: Predictions) -> tuple[tuple[int, ...], float]:
    """Match outputs to classes one to one so that as many pictures as possible are right.

    Returns
    -------
    order : tuple of int
        For each output the class it would stand for.
    accuracy : float
        Share of pictures that would then be right.

    References
    ----------
    H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Research Logistics Quarterly 2 (1955),
    doi:10.1002/nav.3800020109.
    """
    from scipy.optimize import linear_sum_assignment

    classes = predictions.class_count
    counts = np.bincount(predictions.predicted * classes + predictions.labels, minlength=classes**2)
    counts = counts.reshape(classes, classes)
    _, order = linear_sum_assignment(counts, maximize=True)
    return tuple(int(one) for one in order), float(counts[np.arange(classes), order].sum() / len(predictions))
