"""All that the Data set page shows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset
from cifar_core.data.histograms import ColourHistograms
from cifar_core.remembered import remembered
from cifar_core.words.classes import untested_sentence
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain


@dataclass(frozen=True)
class DatasetFacts:
    """What can be said of a data set without looking at a pixel.

    Attributes
    ----------
    metrics : tuple of (str, str)
        Label and value of the figures at the top.
    train_counts, test_counts : ndarray of int64, shape (classes,)
        Pictures by label.
    balance : str
        Whether all classes have equally many pictures, as a sentence in Markdown.
    untested : str or None
        Which classes have no test picture, as a sentence in Markdown.
    """

    metrics: tuple[tuple[str, str], ...]
    train_counts: NDArray[np.int64]
    test_counts: NDArray[np.int64]
    balance: str
    untested: str | None


@remembered(most=4)
def build_facts(dataset: Dataset) -> DatasetFacts:
    """Count pictures and classes."""
    classes = len(dataset.class_names)
    train, test = (
        np.bincount(split.labels, minlength=classes).astype(np.int64)
        for split in (dataset.train, dataset.test)
    )
    untested = untested_sentence(dataset.class_names, test)
    return DatasetFacts(
        metrics=(
            ("Training pictures", f"{len(dataset.train):,}"),
            ("Test pictures", f"{len(dataset.test):,}"),
            ("Classes", f"{classes}"),
            ("Pixels of a picture", "32 × 32"),
        ),
        train_counts=train,
        test_counts=test,
        balance=_balance(dataset.class_names, train, test),
        untested=None if untested is None else plain(untested),
    )


def _balance(class_names: tuple[str, ...], counts: NDArray[np.int64], test: NDArray[np.int64]) -> str:
    fewest, most = int(counts.argmin()), int(counts.argmax())
    if len(class_names) == 1:
        return f"There is one class alone, {plain(class_names[0])}, so there is nothing to tell apart."
    if counts[fewest] == counts[most]:
        trained = counted(int(counts[most]), "training picture")
        if (test == test[0]).all():
            trained = f"{counts[most]:,} training and {counted(int(test[0]), 'test picture')}"
        return (
            f"Every class has {trained} (the classes are balanced), so a network that "
            f"guesses is right once in {counted(len(class_names), 'time')}."
        )
    largest, smallest = plain(class_names[most]), plain(class_names[fewest])
    return (
        f"Class imbalance, the training pictures are not balanced: {largest} has {counts[most]:,}, "
        f"{smallest} only {counts[fewest]:,}. A network that always says “{largest}” is "
        f"right on {counts[most] / counts.sum():.0%} of them."
    )


def colour_sentence(histograms: ColourHistograms) -> str:
    """Say in Markdown what the mean colours tell: the bluest and reddest, brightest and darkest classes."""
    found = [label for label, pictures in enumerate(histograms.pictures) if pictures]
    if len(found) < 2:
        return "With a single class there is nothing to compare."
    names = [plain(name) for name in histograms.class_names]
    blueness = histograms.mean_colour[:, 2] - histograms.mean_colour[:, 0]
    brightness = histograms.mean_brightness
    by_blue = sorted(found, key=lambda label: -blueness[label])
    by_light = sorted(found, key=lambda label: -brightness[label])
    bluest = [f"**{names[label]}** ({_beside_red(blueness[label])})" for label in by_blue[:2]]
    reddest = by_blue[-1]
    return (
        f"Bluest on average {'are' if len(found) > 2 else 'is'} {' and '.join(bluest[: len(found) - 1])}; reddest is "
        f"**{names[reddest]}** ({_beside_red(blueness[reddest])}). "
        f"Brightest is **{names[by_light[0]]}** (mean {brightness[by_light[0]]:.0f} of 255), darkest "
        f"**{names[by_light[-1]]}** ({brightness[by_light[-1]]:.0f})."
    )


def _beside_red(difference: float) -> str:
    return f"blue {abs(difference):.0f} {'above' if difference >= 0 else 'below'} red"


def comparison_sentence(histograms: ColourHistograms, first: str, second: str) -> str:
    """Say in Markdown in which colour two classes differ most, and by how much.

    Parameters
    ----------
    histograms : ColourHistograms
        Of the split that is looked at.
    first, second : str
        Two of its class names. Of a class beside itself, or of one without pictures, the sentence says just that.
    """
    a, b = (histograms.class_names.index(name) for name in (first, second))
    if a == b:
        return "These are the same class: choose another beside it."
    if not histograms.pictures[a] or not histograms.pictures[b]:
        return "One of these classes has no pictures in this split."
    difference = histograms.mean_colour[a] - histograms.mean_colour[b]
    channel = int(np.abs(difference).argmax())
    overlap = np.minimum(histograms.shares[a], histograms.shares[b]).sum(axis=1)[channel]
    more = first if difference[channel] > 0 else second
    less = second if more == first else first
    return (
        f"They differ most in {('red', 'green', 'blue')[channel]}: **{plain(more)}** has on average "
        f"{abs(difference[channel]):.0f} of 255 more than **{plain(less)}**. Still {overlap:.0%} of the two "
        f"histograms overlap{': colour alone cannot tell these classes apart' if overlap > 0.6 else ''}."
    )


def mean_colour_columns(counted: ColourHistograms) -> dict[str, list[Any]]:
    """Return the mean colour and brightness of each class, 0 to 255, by column.

    Parameters
    ----------
    counted : ColourHistograms
        Of one split.
    """
    red, green, blue = counted.mean_colour.T
    return {
        "class": list(counted.class_names),
        "pictures": counted.pictures.tolist(),
        "mean red": red.tolist(),
        "mean green": green.tolist(),
        "mean blue": blue.tolist(),
        "mean brightness": counted.mean_brightness.tolist(),
    }
