"""What Compare shows of slices: where a run is worst."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.holm import ALL_AT_ONCE
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.significance import SIGNIFICANT, p_words
from cifar_core.picture_sets.slices import Slice, worst_slices
from cifar_core.picture_sets.universe import Said, Universe
from cifar_core.remembered import remembered
from cifar_core.runs.run import Run
from cifar_core.views.set_words import set_words

HOW = (
    "Candidates are each class, each quarter of each attribute (brightness, contrast, hue …), pictures with and "
    "without near-duplicates (once *Check* on *Data set* has found them), and each class within each of these. The "
    "worst are found on one half of the test pictures; all numbers here come from the other half. p: "
    "Fisher's exact test against the rest, corrected for ten looks (Holm); the intervals hold for all ten at once, too."
)


def find_slices(universe: Universe, run_id: str) -> tuple[Slice, ...]:
    """Find where a run is worst.

    Parameters
    ----------
    universe : Universe
        The pictures that it was tested on.
    run_id : str
        Which run.

    Raises
    ------
    RunError
        It was not tested on these pictures.
    """
    said = universe.said(run_id)
    if universe.dataset is None:
        return worst_slices(universe, said)
    return _found(universe.dataset, said.run, said.predictions, universe.cache_dir, universe.duplicates_known)


@remembered(most=16)
def _found(
    dataset: Dataset, run: Run, predictions: Predictions, cache_dir: Path, _duplicates_known: bool
) -> tuple[Slice, ...]:
    """Look through the hundreds of candidates once for each run: they are more once duplicates are known."""
    return worst_slices(Universe.of_dataset(dataset, (run,), cache_dir), Said(run, predictions))


@remembered(most=16)
def slice_columns(slices: Sequence[Slice], labels: Mapping[str, str]) -> dict[str, list[Any]]:
    """Return the table by column; shares in percent.

    Parameters
    ----------
    slices : sequence of Slice
        As :func:`find_slices` gives them.
    labels : mapping of str to str
        What runs are called, by id.
    """
    return {
        "Slice": [set_words(one.expression, labels).removeprefix("pictures ") for one in slices],
        "Accuracy": [100 * one.accuracy for one in slices],
        ALL_AT_ONCE: [one.interval(len(slices)).in_percent for one in slices],
        "n": [one.count for one in slices],
        "All others": [100 * one.rest_accuracy for one in slices],
        "p (Holm)": [p_words(one.p_value, 3) for one in slices],
    }


def slices_sentence(slices: Sequence[Slice], label: str) -> str:
    """Say how many of the slices are really worse than the rest.

    Parameters
    ----------
    slices : sequence of Slice
        As :func:`find_slices` gives them.
    label : str
        The run.
    """
    if not slices:
        return f"No slice of 40 test pictures or more stands out below the others for {label}."
    real = sum(one.p_value < SIGNIFICANT for one in slices)
    if not real:
        return f"No slice is really worse than the rest for {label}: what is listed may be chance."
    return (
        f"{label} is really worse on {real} of these {len(slices)} slices than on all other pictures; "
        f"the worst has {slices[0].accuracy:.1%} where the others have {slices[0].rest_accuracy:.1%}."
    )
