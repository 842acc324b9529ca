"""How far colour alone gets, beside the networks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_core.evaluation.colour_baseline import ColourBaseline
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.evaluation.predictions import Predictions
from cifar_core.picture_sets.universe import Universe
from cifar_core.words.counts import counted
from cifar_core.words.numbers import percent

COLOUR_ALONE = "colour alone"


@dataclass(frozen=True)
class BesideColour:
    """A network's accuracy, of all test pictures and of those that colour alone gets right or wrong.

    Attributes
    ----------
    label : str
        The network; or :data:`COLOUR_ALONE` itself.
    accuracy : float
        Of all test pictures.
    interval : str
        95%, in percent (Wilson).
    where_right, where_wrong : float
        Of the test pictures that colour alone gets right, and wrong; NaN where there are none.
    """

    label: str
    accuracy: float
    interval: str
    where_right: float
    where_wrong: float


def beside_colour(
    baseline: ColourBaseline, universe: Universe, labels: Mapping[str, str]
) -> tuple[BesideColour, ...]:
    """Return colour alone, then each network that was tested on these pictures, the best first.

    Parameters
    ----------
    baseline : ColourBaseline
        Of these pictures.
    universe : Universe
        Whose runs are compared.
    labels : mapping of str to str
        What runs are called, by id.
    """
    right = baseline.predictions.correct
    networks = []
    for run in universe.runs:
        if universe.is_tested_here(run):
            said = universe.said(run.id).predictions
            networks.append(_row(labels.get(run.id, run.id), said, right))
    networks.sort(key=lambda row: -row.accuracy)
    return (_row(COLOUR_ALONE, baseline.predictions, right), *networks)


def _row(label: str, said: Predictions, right: Any) -> BesideColour:
    correct = said.correct
    of_right, of_wrong = correct[right], correct[~right]
    return BesideColour(
        label,
        said.accuracy,
        wilson_interval(int(correct.sum()), len(correct)).in_percent,
        float(of_right.mean()) if len(of_right) else float("nan"),
        float(of_wrong.mean()) if len(of_wrong) else float("nan"),
    )


def baseline_sentence(baseline: ColourBaseline) -> str:
    """Say how often colour alone is right, what guessing gives, and how it was trained.

    Parameters
    ----------
    baseline : ColourBaseline
        What is told.
    """
    said = baseline.predictions
    interval = wilson_interval(int(said.correct.sum()), len(said)).in_percent
    chosen = (
        f", chosen on {counted(baseline.validated_on, 'training picture')} that it had not seen then "
        f"({percent(baseline.validation_accuracy)} right)"
        if baseline.validated_on
        else ""
    )
    return (
        f"Colour alone gets **{percent(said.accuracy)}** (95% interval {interval}, "
        f"{counted(len(said), 'test picture')}); guessing gets {percent(1 / said.class_count)}. It is a linear "
        f"classifier (logistic regression, C = {baseline.strength:g}) on how much of each of {baseline.bins**3:,} "
        f"colours a picture has, and not where, trained on {counted(baseline.trained_on, 'training picture')}{chosen}."
    )


def beside_columns(rows: Sequence[BesideColour]) -> dict[str, list[Any]]:
    """Return the table by column; shares in percent.

    Parameters
    ----------
    rows : sequence of BesideColour
        As :func:`beside_colour` gives them.
    """
    return {
        "Model": [row.label for row in rows],
        "Accuracy": [100 * row.accuracy for row in rows],
        "95% interval": [row.interval for row in rows],
        "Colour right": [100 * row.where_right for row in rows],
        "Colour wrong": [100 * row.where_wrong for row in rows],
    }
