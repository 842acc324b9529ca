"""One's own saved sets as slices: how good the ticked runs are on each, and whether that differs from the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_core.errors import ExpressionError
from cifar_core.evaluation.holm import ALL_AT_ONCE
from cifar_core.evaluation.significance import SIGNIFICANT, p_words
from cifar_core.picture_sets.against_rest import AgainstRest, against_rest, corrected_for_all
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.expression import Word
from cifar_core.picture_sets.saved import SavedSet
from cifar_core.picture_sets.universe import Universe
from cifar_core.words.counts import counted

MOST_SHOWN = 50
"""So many saved sets are looked at; each takes some milliseconds."""

HOW = (
    "Difference: accuracy on the set minus that on all other test pictures, in points, with Newcombe's interval. p: "
    "Fisher's exact test, corrected for all lines of this table (Holm); none where the run's own answers chose the "
    "pictures. The intervals hold for all lines at once, too. Both are for sets that were thought of before anybody "
    "looked where these runs go wrong."
)


@dataclass(frozen=True)
class SavedSlice:
    """One run on one saved set.

    Attributes
    ----------
    name, run : str
        Of the set, and what the run is called.
    expression : str
        The set, as the address has it.
    found : AgainstRest
        The numbers; p is corrected for all lines.
    """

    name: str
    run: str
    expression: str
    found: AgainstRest


def saved_slices(
    saved: Sequence[SavedSet], universe: Universe, labels: Mapping[str, str]
) -> tuple[tuple[SavedSlice, ...], tuple[str, ...]]:
    """Judge runs on each of one's saved sets.

    Parameters
    ----------
    saved : sequence of SavedSet
        The sets.
    universe : Universe
        The pictures; it knows saved sets too.
    labels : mapping of str to str
        What the runs are called, by their ids; tested on these pictures.

    Returns
    -------
    (tuple of SavedSlice, tuple of str)
        A line for each set and run, and a sentence on each set that does not fit these pictures.
    """
    notes: list[str] = []
    lines: list[tuple[str, str, str]] = []
    numbers: list[AgainstRest] = []
    for one in saved[:MOST_SHOWN]:
        expression = f"saved({Word(one.name)})"
        try:
            pictures = choose(expression, universe)
        except ExpressionError as problem:
            notes.append(str(problem))
            continue
        for run, label in labels.items():
            lines.append((one.name, label, expression))
            numbers.append(against_rest(pictures, universe.said(run)))
    if len(saved) > MOST_SHOWN:
        notes.append(f"Only the first {MOST_SHOWN} of {counted(len(saved), 'saved set')} are shown.")
    corrected = corrected_for_all(numbers)
    return tuple(SavedSlice(*line, found) for line, found in zip(lines, corrected, strict=True)), tuple(notes)


def saved_slice_columns(slices: Sequence[SavedSlice]) -> dict[str, list[Any]]:
    """Return the table by column; accuracies in percent, differences in points.

    Parameters
    ----------
    slices : sequence of SavedSlice
        As :func:`saved_slices` gives them.
    """
    found, lines = [one.found for one in slices], len(slices)
    return {
        "Set": [one.name for one in slices],
        "Run": [one.run for one in slices],
        "n": [one.count for one in found],
        "Accuracy": [None if one.accuracy is None else 100 * one.accuracy for one in found],
        ALL_AT_ONCE: [one.interval(lines).in_percent if one.count else "–" for one in found],
        "Difference": [None if one.difference is None else 100 * one.difference for one in found],
        "Its interval": [
            "–" if one.difference is None else one.difference_interval(lines).in_points for one in found
        ],
        "p (Holm)": ["–" if one.p_value is None else p_words(one.p_value, 3) for one in found],
    }


def saved_sentence(slices: Sequence[SavedSlice]) -> str:
    """Say how many of the lines really differ from the rest.

    Parameters
    ----------
    slices : sequence of SavedSlice
        As :func:`saved_slices` gives them.
    """
    real = [one for one in slices if one.found.p_value is not None and one.found.p_value < SIGNIFICANT]
    worse = sum((one.found.difference or 0) < 0 for one in real)
    if not real:
        return "On none of your saved sets is a ticked run really better or worse than on the rest."
    better = len(real) - worse
    return f"Really worse than on the rest: {worse:,} of {counted(len(slices), 'line')}; really better: {better:,}."
