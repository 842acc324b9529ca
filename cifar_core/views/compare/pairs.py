"""The pairs of classes that a run confuses most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.evaluation.run_evaluation import Evaluation
from cifar_core.names import visible
from cifar_core.remembered import remembered
from cifar_core.views.compare.cell import cell_text
from cifar_core.views.compare.page import ComparedRun
from cifar_core.words.numbers import percent

LONGEST_NAME = 13
"""Letters of a class in the list, as many as CIFAR-100 has: beside them its figures are to be seen."""


@dataclass(frozen=True)
class ConfusedPair:
    """One kind of mistake of a run.

    Attributes
    ----------
    true, predicted : str
        The class that it was, and the class that the run said.
    count, of : int
        Pictures of the class that were taken for the other, among so many.
    """

    true: str
    predicted: str
    count: int
    of: int

    @property
    def share(self) -> float:
        """Share of the true class, above 0."""
        return self.count / self.of

    @property
    def interval(self) -> Interval:
        """95% interval of the share (Wilson)."""
        return wilson_interval(self.count, self.of)

    @property
    def cell(self) -> str:
        """The cell of the matrix, as the address names it."""
        return cell_text((self.true, self.predicted), 0, 1)


def confused_pairs(one: ComparedRun, *, most: int) -> tuple[ConfusedPair, ...]:
    """Return the most frequent mistakes of a run, most frequent first.

    Parameters
    ----------
    one : ComparedRun
        Which run.
    most : int
        How many, at most.
    """
    return _pairs(one.evaluation, one.data.class_names, most)


@remembered(most=32)
def _pairs(evaluation: Evaluation, names: Sequence[str], most: int) -> tuple[ConfusedPair, ...]:
    totals = evaluation.per_class.true_counts
    return tuple(
        ConfusedPair(names[found.true], names[found.predicted], found.count, int(totals[found.true]))
        for found in evaluation.matrix.top_confusions(most)
    )


@remembered(most=32)
def pair_columns(pairs: Sequence[ConfusedPair]) -> dict[str, list[Any]]:
    """Return the list by column.

    Parameters
    ----------
    pairs : sequence of ConfusedPair
        As :func:`confused_pairs` gives them.
    """
    return {
        "True → said": [
            f"{visible(pair.true, LONGEST_NAME)} → {visible(pair.predicted, LONGEST_NAME)}" for pair in pairs
        ],
        "n": [pair.count for pair in pairs],
        "Of the class": [f"{percent(pair.share)} ({pair.interval.in_percent})" for pair in pairs],
    }
