"""What the Data set page shows of the data check."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.duplicates import ALIKE, Progress, duplicates_of
from cifar_core.picture_sets.check import Finding, check_data
from cifar_core.picture_sets.universe import Universe
from cifar_core.words.counts import counted
from cifar_core.words.numbers import percent

HOW = (
    f"Near-duplicates: a similarity of {ALIKE} and more, blind to brightness and contrast; of 50 such pairs of "
    "CIFAR-10 that we looked at, 49 were one photograph. Outliers: beyond Tukey's fences, 1.5 interquartile ranges "
    "outside of the middle half, as in a box plot; any data set has some."
)

PAIRS = 12


@dataclass(frozen=True, eq=False)
class Pairs:
    """Test pictures beside their twins in the training split, the most alike first.

    Attributes
    ----------
    images : ndarray of uint8, shape (2 n, 32, 32, 3)
        A test picture, its twin, the next test picture, its twin …
    captions, hover : tuple of str
        Of each picture.
    places : tuple of (str, int)
        Split and number of each.
    """

    images: NDArray[np.uint8]
    captions: tuple[str, ...]
    hover: tuple[str, ...]
    places: tuple[tuple[SplitName, int], ...]


def find_findings(universe: Universe, progress: Progress | None = None) -> tuple[Finding, ...]:
    """Check a data set, and say how far the search for duplicates is.

    Parameters
    ----------
    universe : Universe
        With its pictures.
    progress : callable, optional
        Is told which share of the search for duplicates is done, 0 to 1.
    """
    duplicates_of(universe.with_pictures(), universe.cache_dir, progress)
    return check_data(universe)


def finding_columns(findings: Sequence[Finding]) -> dict[str, list[Any]]:
    """Return the table by column.

    Parameters
    ----------
    findings : sequence of Finding
        As :func:`find_findings` gives them.
    """
    return {
        "": ["✓" if not one.count else "·" if one.usual else "!" for one in findings],
        "Topic": [one.topic for one in findings],
        "Looked for": [one.what for one in findings],
        "Found": [one.count for one in findings],
        "Share": [100 * one.count / max(1, one.of) for one in findings],
        "What it does": [one.why if one.count else "" for one in findings],
    }


def check_sentence(findings: Sequence[Finding]) -> str:
    """Say what matters most: how many test pictures a network has seen in training.

    Parameters
    ----------
    findings : sequence of Finding
        As :func:`find_findings` gives them.
    """
    noticed = sum(bool(one.count) and not one.usual for one in findings)
    seen = next(one for one in findings if one.topic == "near-duplicates")
    if not seen.count:
        told = "No test picture has a near-duplicate in the training split."
    else:
        told = (
            f"{seen.count:,} of {counted(seen.of, 'test picture')} ({percent(seen.count / seen.of)}) "
            f"{'has' if seen.count == 1 else 'have'} a near-duplicate in the training split: what was learnt by heart "
            "is tested there."
        )
    return (
        f"{told} {counted(noticed, 'line')} of the table to look at." if noticed else f"{told} All is well."
    )


def leaking_pairs(universe: Universe, *, most: int = PAIRS) -> Pairs:
    """Find the test pictures that are most like a training picture, each with its twin.

    Parameters
    ----------
    universe : Universe
        With its pictures.
    most : int
        How many pairs.
    """
    dataset, found = universe.with_pictures(), universe.duplicates
    tests = universe.places("test")
    similarity, twin = found.similarity[tests, 0], found.twin[tests, 0]
    order = np.argsort(-similarity, kind="stable")[:most]
    order = order[similarity[order] >= ALIKE]
    return _pairs(dataset, order, twin[order], similarity[order])


def _pairs(
    dataset: Dataset, tests: NDArray[np.int64], twins: NDArray[np.int64], similarity: NDArray[np.float32]
) -> Pairs:
    images, captions, hover, places = [], [], [], []
    for test, twin, alike in zip(tests.tolist(), twins.tolist(), similarity.tolist(), strict=True):
        sides: tuple[tuple[SplitName, int], ...] = (("test", test), ("train", twin))
        for split, number in sides:
            source = dataset.split(split)
            images.append(np.asarray(source.images[number]))
            captions.append(f"{split} {number}" if split == "test" else f"{split} {number} · {alike:.2f}")
            hover.append(
                f"{dataset.class_names[source.labels[number]]}, {split} picture {number}, similarity {alike:.3f}"
            )
            places.append((split, number))
    stacked = np.stack(images) if images else np.empty((0, 32, 32, 3), np.uint8)
    return Pairs(stacked, tuple(captions), tuple(hover), tuple(places))
