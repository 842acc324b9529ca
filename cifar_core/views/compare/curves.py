"""What Compare says of curves: over which axis they are drawn, where overfitting begins, which others stand behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.charts.curve_look import BackgroundCurve, Look, point_step
from cifar_core.evaluation.overfitting import FEWEST, find_overfitting
from cifar_core.file_cache import file_cached
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.views.compare.page import CompareView
from cifar_core.views.compare.repeats import RepeatGroup
from cifar_core.views.compare.table import RunRow

Axis = Literal["epoch", "step", "time"]

AXES: dict[Axis, str] = {"epoch": "epoch", "step": "step (mini-batches)", "time": "minutes of training"}
"""Over what curves are drawn, as the axis names it."""

MOST_BEHIND = 200
"""Other runs that are drawn in grey at most."""

_SECONDS = 60


@dataclass(frozen=True, eq=False)
class _Curve:
    """The validation line of a run, as little of it as is drawn."""

    epochs: NDArray[np.int64]
    seconds: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    loss: NDArray[np.float64]


@file_cached(most=2 * MOST_BEHIND)
def _curve(path: Path) -> _Curve:
    lines = read_metrics(path).epochs
    losses = [line.val_loss if line.val_cross_entropy is None else line.val_cross_entropy for line in lines]
    return _Curve(
        np.array([line.epoch for line in lines], np.int64),
        np.array([line.seconds for line in lines], np.float64),
        np.array([line.val_accuracy for line in lines], np.float64),
        np.array(losses, np.float64),
    )


def steps_per_epoch(record: RunRecord | None) -> int | None:
    """Return how many steps an epoch of a run has; ``None`` where it was trained elsewhere and does not say.

    Parameters
    ----------
    record : RunRecord or None
        What ``run.json`` says.
    """
    pictures = record.data.training_pictures if record and record.data else None
    if record is None or record.imported or not pictures:
        return None
    return -(-pictures // record.training.batch_size)


def on_axis(
    axis: Axis, record: RunRecord | None, epochs: NDArray[np.int64], seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where epochs stand on an axis; NaN where it is not known.

    Parameters
    ----------
    axis : {"epoch", "step", "time"}
        Epochs; steps; minutes of training, validation included, all attempts of a run together.
    record : RunRecord or None
        Of the run.
    epochs : ndarray of int64, shape (T,)
        Counted from 1.
    seconds : ndarray of float64, shape (T,)
        What each took.
    """
    if axis == "time":
        return np.asarray(np.cumsum(seconds) / _SECONDS)
    if axis == "step":
        steps = steps_per_epoch(record)
        return np.asarray(epochs * (np.nan if steps is None else float(steps)), np.float64)
    return np.asarray(epochs, np.float64)


@dataclass(frozen=True)
class CurveChoice:
    """What was chosen above the curves.

    Attributes
    ----------
    axis : {"epoch", "step", "time"}
        Over what they are drawn.
    smoothing : float
        Momentum of the moving average, 0 to below 1.
    log : bool
        Whether losses have a logarithmic axis.
    others : bool
        Whether the other runs of the table stand behind, in grey.
    """

    axis: Axis = "epoch"
    smoothing: float = 0.0
    log: bool = False
    others: bool = False


def curve_look(
    view: CompareView,
    choice: CurveChoice,
    rows: Sequence[RunRow],
    groups: Sequence[RepeatGroup] = (),
) -> tuple[Look, tuple[str, ...]]:
    """Settle how the curves are drawn, and say what cannot be.

    Parameters
    ----------
    view : CompareView
        The runs that are ticked.
    choice : CurveChoice
        What was asked for.
    rows : sequence of RunRow
        The runs of the table, best first; those on the same pictures can stand behind.
    groups : sequence of RepeatGroup
        Repeats over seeds; in time they stand where their runs do on the mean.
    """
    records = {row.label: row.run.record for row in rows}
    places: dict[str, Mapping[int, float]] = {}
    for name, epochs in view.curves.items():
        numbers, seconds = (np.array([getattr(one, what) for one in epochs]) for what in ("epoch", "seconds"))
        x = on_axis(choice.axis, records.get(name), numbers.astype(np.int64), seconds.astype(np.float64))
        places[name] = dict(zip(numbers.tolist(), x.tolist(), strict=True))
    for group in groups:
        if group.label in view.repeated:
            places[group.label] = _mean_places(choice.axis, group, view)
    notes = []
    if nowhere := [name for name, where in places.items() if where and np.isnan(list(where.values())).all()]:
        named = ", ".join(f"“{name}”" for name in nowhere)
        notes.append(
            f"How many steps an epoch had is not known of {named}, trained elsewhere: not drawn here."
        )
    behind = _behind(view, choice, rows) if choice.others else {}
    lines = (len(view.curves) + len(view.repeated)) * (4 if choice.smoothing else 2) + len(behind)
    drawn = [*map(len, view.curves.values()), *(len(one.x) for one in behind.values())]
    if (step := point_step(max(drawn, default=0), lines)) > 1:
        notes.append(
            f"To keep the page quick, of the longest lines one epoch in {step} is drawn, and the last."
        )
    lowest = {
        name: (found.epoch, found.lowest)
        for name, epochs in view.curves.items()
        if (found := find_overfitting([one.epoch for one in epochs], _losses(view, name))) is not None
    }
    return (
        Look(AXES[choice.axis], places, choice.smoothing, choice.log, lowest, behind),
        tuple(notes),
    )


def _mean_places(axis: Axis, group: RepeatGroup, view: CompareView) -> dict[int, float]:
    places = []
    for epochs in view.repeated[group.label]:
        numbers = np.array([one.epoch for one in epochs], np.int64)
        seconds = np.array([one.seconds for one in epochs], np.float64)
        x = on_axis(axis, group.rows[0].run.record, numbers, seconds)
        places.append(dict(zip(numbers.tolist(), x.tolist(), strict=True)))
    shared = set.intersection(*(set(one) for one in places))
    return {epoch: float(np.mean([one[epoch] for one in places])) for epoch in sorted(shared)}


def _behind(view: CompareView, choice: CurveChoice, rows: Sequence[RunRow]) -> dict[str, BackgroundCurve]:
    found: dict[str, BackgroundCurve] = {}
    for row in rows:
        if row.label in view.curves or not row.same_data:
            continue
        curve = _curve(row.run.paths.metrics)
        if len(curve.epochs):
            x = on_axis(choice.axis, row.run.record, curve.epochs, curve.seconds)
            found[row.label] = BackgroundCurve(x, curve.accuracy, curve.loss)
        if len(found) == MOST_BEHIND:
            break
    return found


def _losses(view: CompareView, name: str) -> list[float]:
    return [float(getattr(one, view.losses[name].validation_field)) for one in view.curves[name]]


def overfitting_sentences(view: CompareView) -> tuple[str, ...]:
    """Say of each single run where its validation loss is lowest, and whether it overfits from there on.

    Parameters
    ----------
    view : CompareView
        The runs that are ticked.
    """
    sentences = []
    for name, epochs in view.curves.items():
        found = find_overfitting([one.epoch for one in epochs], _losses(view, name))
        if found is None:
            continue
        lowest = f"{name}: the validation loss is lowest after epoch {found.epoch} of {found.last} ({found.lowest:.3f})"
        if found.is_real is None:
            sentences.append(f"{lowest}; with fewer than {FEWEST} epochs more cannot be told.")
        elif found.epoch == found.last:
            sentences.append(f"{lowest}, the last one: it does not overfit yet.")
        elif found.is_real:
            sentences.append(
                f"{lowest} and ends {found.rise:.3f} higher, far more than it jitters from epoch to epoch "
                f"(± {found.jitter:.3f}): overfitting begins about there."
            )
        else:
            sentences.append(
                f"{lowest}; what it rises after that ({max(0.0, found.rise):.3f}) may be jitter "
                f"(± {found.jitter:.3f}): no overfitting can be told."
            )
    return tuple(sentences)
