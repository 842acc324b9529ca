"""What Compare shows of confidence: whether the chosen runs are right as often as they are sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import RunError
from cifar_core.evaluation.calibration import (
    Reliability,
    accuracy_by_coverage,
    brier_score,
    fit_temperature,
    with_temperature,
)
from cifar_core.evaluation.cross_entropy import cross_entropy
from cifar_core.evaluation.predictions import Predictions, load_predictions
from cifar_core.file_cache import file_cached
from cifar_core.picture_sets.expression import Word
from cifar_core.remembered import remembered
from cifar_core.views.compare.page import ComparedRun


@dataclass(frozen=True, eq=False)
class Confidence:
    """How far one run's confidence can be trusted, on the pictures on screen.

    Attributes
    ----------
    one : ComparedRun
        Which run; it has at least one picture.
    by_width : Reliability
        In 15 bins of equal width.
    error_by_mass : float
        Expected calibration error in 15 bins of equally many pictures.
    brier, cross_entropy : float
        Brier score (0 to 2) and negative log-likelihood, in nats.
    coverage : (ndarray, ndarray)
        Coverage and accuracy.
    sure_when_right, sure_when_wrong : float or None
        Mean confidence of the right and of the wrong answers; ``None`` where there is none.
    temperature : float or None
        Fitted on the validation pictures; ``None`` where the run has no predictions of them.
    error_after : float or None
        Expected calibration error, equal width, with that temperature.
    """

    one: ComparedRun
    by_width: Reliability
    error_by_mass: float
    brier: float
    cross_entropy: float
    coverage: tuple[NDArray[np.float64], NDArray[np.float64]]
    sure_when_right: float | None
    sure_when_wrong: float | None
    temperature: float | None
    error_after: float | None

    @property
    def label(self) -> str:
        """Name of the run."""
        return self.one.row.label

    @property
    def sentence(self) -> str:
        """Say whether it is too sure of itself, with both numbers."""
        predictions = self.one.evaluation.matrix.predictions
        sure, right = predictions.confidence.mean(), predictions.accuracy
        tendency = self.by_width.tendency
        if abs(tendency) < 0.01:
            told = "is about as sure as it is right (well calibrated)"
        else:
            told = f"is {'too sure of itself (over' if tendency > 0 else 'not sure enough (under'}confident)"
        return f"{self.label} {told}: {sure:.1%} sure on average, {right:.1%} right."


def build_confidence(compared: Sequence[ComparedRun]) -> tuple[Confidence, ...]:
    """Compute calibration for the chosen runs.

    Parameters
    ----------
    compared : sequence of ComparedRun
        Those without any picture are left out.
    """
    return tuple(_confidence(one) for one in compared if len(one.evaluation.matrix.predictions))


def _confidence(one: ComparedRun) -> Confidence:
    temperature = validation_temperature(one.row.run.paths.predictions)
    return Confidence(one=one, **_figures(one.evaluation.matrix.predictions, temperature))


@remembered(most=24)
def _figures(predictions: Predictions, temperature: float | None) -> dict[str, Any]:
    """Compute what is shown of a run's confidence, by the fields of :class:`Confidence`."""
    after = None
    if temperature is not None:
        after = Reliability.of(with_temperature(predictions, temperature)).error
    right = predictions.predicted == predictions.labels
    return {
        "by_width": Reliability.of(predictions),
        "error_by_mass": Reliability.of(predictions, equal="mass").error,
        "brier": brier_score(predictions),
        "cross_entropy": cross_entropy(predictions),
        "coverage": accuracy_by_coverage(predictions),
        "sure_when_right": _mean(predictions.confidence[right]),
        "sure_when_wrong": _mean(predictions.confidence[~right]),
        "temperature": temperature,
        "error_after": after,
    }


def _mean(values: NDArray[Any]) -> float | None:
    return float(values.mean()) if len(values) else None


@file_cached(most=64)
def validation_temperature(path: Path) -> float | None:
    """Return the temperature fitted on a run's validation pictures; ``None`` where it has none."""
    try:
        validation = load_predictions(path, "validation")
    except RunError:
        return None
    return fit_temperature(validation) if len(validation) else None


def confidence_columns(runs: Sequence[Confidence]) -> dict[str, list[Any]]:
    """Return the table by column; errors in percent.

    Parameters
    ----------
    runs : sequence of Confidence
        As :func:`build_confidence` gives them.
    """
    return {
        "Run": [one.label for one in runs],
        "Sure when right": [_percent(one.sure_when_right) for one in runs],
        "Sure when wrong": [_percent(one.sure_when_wrong) for one in runs],
        "ECE, equal width": [100 * one.by_width.error for one in runs],
        "ECE, equal mass": [100 * one.error_by_mass for one in runs],
        "Brier score": [one.brier for one in runs],
        "NLL": [one.cross_entropy for one in runs],
        "Temperature": [one.temperature for one in runs],
        "ECE with it": [_percent(one.error_after) for one in runs],
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def set_of_bin(runs: Sequence[Confidence], number: int) -> str:
    """Return the picture set of a mark in the reliability diagram.

    Parameters
    ----------
    runs : sequence of Confidence
        Those that are drawn, in order.
    number : int
        Of the mark: the bins of all runs are counted one after the other.
    """
    for one in runs:
        if number < len(one.by_width.count):
            run = str(Word(one.one.id))
            return f"sort({_in_bin(one, number)}, confidence({run}), down)"
        number -= len(one.by_width.count)
    raise IndexError(f"there is no bin {number} more")


def set_of_side(runs: Sequence[Confidence], number: int) -> str:
    """Return the picture set of a mark among the right answers, or the wrong ones.

    Parameters
    ----------
    runs : sequence of Confidence
        Those that are drawn, in order.
    number : int
        Of the mark: of each run first the bins of the right answers, then those of the wrong ones.
    """
    for one in runs:
        for side in ("right", "wrong"):
            if number < len(one.by_width.count):
                run = str(Word(one.one.id))
                return f"sort({_in_bin(one, number)} and {side}({run}), confidence({run}), down)"
            number -= len(one.by_width.count)
    raise IndexError(f"there is no bin {number} more")


def _in_bin(one: Confidence, number: int) -> str:
    low, high = (f"{end[number]:.9f}" for end in (one.by_width.low, one.by_width.high))
    return f"confidence({Word(one.one.id)}, {low}..{high})"
