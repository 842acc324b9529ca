"""What Compare shows of a picture set: every figure on its test pictures alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cifar_core.evaluation.ensemble import cohens_kappa, ensemble
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.run_evaluation import Evaluation
from cifar_core.evaluation.significance import SIGNIFICANT
from cifar_core.remembered import remembered
from cifar_core.views.compare.page import ComparedRun, CompareView, runs_verdict
from cifar_core.views.compare.verdict import Verdict
from cifar_core.views.parts_by_runs import SetLink, sets_by_runs
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.classes import name_list
from cifar_core.words.numbers import signed


@dataclass(frozen=True)
class SetFigure:
    """How often one run was right on a set.

    Attributes
    ----------
    label : str
        The run.
    right, count : int
        Pictures that it got right, of so many.
    """

    label: str
    right: int
    count: int

    @property
    def accuracy(self) -> str:
        """In percent; a dash for no picture."""
        return f"{self.right / self.count:.1%}" if self.count else "–"

    @property
    def interval(self) -> Interval:
        """95% interval of the share (Wilson)."""
        return wilson_interval(self.right, self.count)

    @property
    def sentence(self) -> str:
        """Numbers and interval: ``"68 of 96 right, 95% interval 61.1 – 79.0%"``."""
        return f"{self.right:,} of {self.count:,} right, 95% interval {self.interval.in_percent}"


def on_set(
    compared: Sequence[ComparedRun], shown: SetOnScreen
) -> tuple[tuple[ComparedRun, ...], tuple[str, ...]]:
    """Keep of each run what it said of the pictures in a set.

    Parameters
    ----------
    compared : sequence of ComparedRun
        The chosen runs.
    shown : SetOnScreen
        The set; its test pictures count.

    Returns
    -------
    (tuple of ComparedRun, tuple of str)
        The same runs with the evaluation of these pictures, and a sentence on each that was tested on others.
    """
    indices = np.sort(shown.indices("test"))
    kept: list[ComparedRun] = []
    notes: list[str] = []
    for one in compared:
        if one.data.fingerprint != shown.pictures.universe.fingerprint:
            notes.append(f"“{one.row.label}” was tested on other pictures than those of the set.")
            continue
        predictions = one.evaluation.matrix.predictions.of(indices)
        kept.append(replace(one, evaluation=Evaluation.of(predictions)))
    return tuple(kept), tuple(notes)


def set_figures(compared: Sequence[ComparedRun]) -> tuple[SetFigure, ...]:
    """Count how often each run was right on the pictures that are left of it.

    Parameters
    ----------
    compared : sequence of ComparedRun
        As :func:`on_set` gives them.
    """
    return tuple(
        SetFigure(one.row.label, int(predictions.correct.sum()), len(predictions))
        for one in compared
        for predictions in [one.evaluation.matrix.predictions]
    )


def set_verdict(compared: Sequence[ComparedRun], shown: SetOnScreen) -> Verdict | None:
    """Say whether one of the runs is better on the set, where that can be asked.

    A set that was chosen by what the runs said tells nothing of that: on the pictures that A got right and B wrong, A
    is better by choice.

    Parameters
    ----------
    compared : sequence of ComparedRun
        As :func:`on_set` gives them.
    shown : SetOnScreen
        The set.
    """
    if len(compared) < 2:
        return None
    if not len(shown.indices("test")):
        return Verdict("The set has no test picture, so there is nothing to compare.", None)
    chosen_by = {said.run.id for said in shown.pictures.said}
    judges = [one.row.label for one in compared if one.id in chosen_by]
    if judges:
        return Verdict(
            f"The pictures of this set were chosen by what {name_list(judges)} said of them, so a test on them "
            "would find what was put in. Take the set off, or choose pictures by what they show.",
            None,
        )
    return runs_verdict(compared)


def together_sentence(compared: Sequence[ComparedRun]) -> str | None:
    """Say how far the runs agree, and what their ensemble is worth beside the best of them.

    Parameters
    ----------
    compared : sequence of ComparedRun
        The chosen runs; ``None`` where fewer than two were tested on the same pictures, or on none.
    """
    same = [one for one in compared if one.data.fingerprint == compared[0].data.fingerprint]
    predictions = [one.evaluation.matrix.predictions for one in same]
    if len(same) < 2 or not len(predictions[0]):
        return None
    best = max(same, key=lambda one: one.evaluation.matrix.predictions.accuracy)
    accuracy, pair, kappa = _together(predictions, best.evaluation.matrix.predictions)
    real = "significant" if pair.p_value < SIGNIFICANT else "not significant"
    agree = "" if kappa is None else f" The two agree with a Cohen's κ of {kappa:.2f}."
    return (
        f"Asked together (ensemble, the mean of their probabilities), they are right on {accuracy:.1%}: "
        f"{signed(100 * pair.difference, 1)} points against {best.row.label}, {real} (McNemar).{agree}"
    )


@remembered(most=16)
def _together(
    predictions: Sequence[Predictions], best: Predictions
) -> tuple[float, PairedComparison, float | None]:
    """Return the accuracy of an ensemble, it against its best member, and how far two agree."""
    together = ensemble(predictions)
    kappa = cohens_kappa(*predictions) if len(predictions) == 2 else None
    return together.accuracy, PairedComparison.from_predictions(best, together), kappa


def telling_sets(compared: Sequence[ComparedRun], within: SetOnScreen | None) -> tuple[SetLink, ...]:
    """Offer the pictures that tell the runs apart: those that one alone gets right, and those that all get wrong.

    Parameters
    ----------
    compared : sequence of ComparedRun
        The chosen runs; only those tested on the same pictures as the first take part.
    within : SetOnScreen or None
        The set that is on: the sets that are offered are parts of it.
    """
    runs = [one for one in compared if one.data.fingerprint == compared[0].data.fingerprint]
    if not runs:
        return ()
    right = np.stack([one.evaluation.matrix.predictions.in_order().correct for one in runs])
    named = {one.id: one.row.label for one in runs}
    return sets_by_runs(named, right, within.text if within else None)


def view_on_set(view: CompareView, shown: SetOnScreen) -> CompareView:
    """Return the same view with every figure that predictions give computed on the set alone.

    Parameters
    ----------
    view : CompareView
        Of the chosen runs.
    shown : SetOnScreen
        The set that is on.
    """
    compared, notes = on_set(view.compared, shown)
    return replace(
        view, compared=compared, verdict=set_verdict(compared, shown), problems=view.problems + notes
    )
