"""What every picture has a number for: filters ask for a range of it, and sets are sorted by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.attributes import ATTRIBUTES
from cifar_core.data.duplicates import NEAR_DUPLICATE_COUNT
from cifar_core.picture_sets.universe import Said


@dataclass(frozen=True)
class RunMeasure:
    """A number that a run gives every test picture.

    Attributes
    ----------
    name : str
        What it is called in an expression.
    help : str
        What it is, in a line.
    values : callable
        Takes what the run said; returns float64, shape (T,).
    """

    name: str
    help: str
    values: Callable[[Said], NDArray[np.float64]]


RUN_MEASURES: Mapping[str, RunMeasure] = MappingProxyType(
    {
        row.name: row
        for row in (
            RunMeasure(
                "confidence",
                "probability of the class that the run said, from 0 to 1",
                lambda said: said.predictions.confidence,
            ),
            RunMeasure(
                "loss",
                "cross-entropy: −log of the true class's probability, from 0 on",
                lambda said: said.loss,
            ),
            RunMeasure(
                "margin",
                "probability of the true class minus the largest other, from −1 to 1; below 0 where the run was wrong",
                lambda said: said.margin,
            ),
        )
    }
)
"""Measures that a run gives, by name."""

DISAGREEMENT = "disagreement"
"""What two runs or more give together."""

PICTURE_MEASURES: Mapping[str, str] = MappingProxyType(
    {row.name: row.help for row in ATTRIBUTES.values()}
    | {NEAR_DUPLICATE_COUNT: "number of other pictures in its group of near-duplicates"}
)
"""What needs no run: names, and what each is, in a line."""

MEASURES = (*RUN_MEASURES, DISAGREEMENT, *PICTURE_MEASURES)
"""Names of all that a set can be sorted by."""

_TITLES = {
    "green_red": "green to red (a)",
    "blue_yellow": "blue to yellow (b)",
    NEAR_DUPLICATE_COUNT: "number of near-duplicates",
}


def measure_title(name: str) -> str:
    """Return what pages call a measure, which bears another name in an expression.

    Examples
    --------
    >>> [measure_title(name) for name in ("hue", "mean_blue", "green_red")]
    ['hue', 'mean blue', 'green to red (a)']
    """
    return _TITLES.get(name, name.replace("_", " "))
