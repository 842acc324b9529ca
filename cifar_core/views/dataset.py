"""All that the Data set page shows."""

import textwrap
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.histograms import ColourHistograms

PER_PAGE = 40
"""Pictures on one page of the wall: four rows of ten."""


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
        Whether all classes have equally many pictures, as a sentence.
    """

    metrics: tuple[tuple[str, str], ...]
    train_counts: NDArray[np.int64]
    test_counts: NDArray[np.int64]
    balance: str


@dataclass(frozen=True)
class WallPage:
    """One page of the wall of examples.

    Attributes
    ----------
    indices : tuple of int
        Number of each picture in its split.
    images : ndarray of uint8, shape (N, 32, 32, 3)
        The pictures.
    captions : tuple of str
        Stand under the pictures.
    hover : tuple of str
        Class and number of each picture.
    page, pages : int
        This page and the last one, counted from 1.
    pictures : int
        How many pictures all pages hold.
    """

    indices: tuple[int, ...]
    images: NDArray[np.uint8]
    captions: tuple[str, ...]
    hover: tuple[str, ...]
    page: int
    pages: int
    pictures: int


def build_facts(dataset: Dataset) -> DatasetFacts:
    """Count pictures and classes."""
    classes = len(dataset.class_names)
    train, test = (
        np.bincount(split.labels, minlength=classes).astype(np.int64)
        for split in (dataset.train, dataset.test)
    )
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
    )


def _balance(class_names: tuple[str, ...], counts: NDArray[np.int64], test: NDArray[np.int64]) -> str:
    fewest, most = int(counts.argmin()), int(counts.argmax())
    if counts[fewest] == counts[most]:
        tested = f" and {test[0]:,} test" if (test == test[0]).all() else ""
        return (
            f"Every class has {counts[most]:,} training{tested} pictures, so a network that guesses is right once "
            f"in {len(class_names)} times."
        )
    return (
        f"The training pictures are not balanced: {class_names[most]} has {counts[most]:,}, "
        f"{class_names[fewest]} only {counts[fewest]:,}. A network that always says “{class_names[most]}” is "
        f"right on {counts[most] / counts.sum():.0%} of them."
    )


def page_count(dataset: Dataset, split: SplitName, class_name: str | None) -> int:
    """Count the pages of the wall; at least 1."""
    labels = dataset.split(split).labels
    found = len(labels) if class_name is None else int((labels == _label(dataset, class_name)).sum())
    return max(1, -(-found // PER_PAGE))


def build_wall(
    dataset: Dataset,
    split: SplitName,
    class_name: str | None,
    *,
    seed: int,
    page: int,
    per_page: int = PER_PAGE,
) -> WallPage:
    """Choose the pictures of one page.

    Parameters
    ----------
    dataset : Dataset
        The data set on screen.
    split : {"train", "test"}
        Which split.
    class_name : str or None
        Only this class; None shows all.
    seed : int
        0 keeps the order of the files; any other number shuffles, the same way every time.
    page : int
        Counted from 1; beyond the last page is the last.
    per_page : int
        Pictures on one page.
    """
    source = dataset.split(split)
    order = np.arange(len(source)) if seed == 0 else np.random.default_rng(seed).permutation(len(source))
    if class_name is not None:
        order = order[source.labels[order] == _label(dataset, class_name)]
    pages = max(1, -(-len(order) // per_page))
    page = min(max(1, page), pages)
    shown = order[(page - 1) * per_page : page * per_page]
    names = [dataset.class_names[label] for label in source.labels[shown]]
    return WallPage(
        indices=tuple(int(index) for index in shown),
        images=np.asarray(source.images[shown]),
        captions=tuple(
            f"{index}" if class_name else _in_lines(name) for index, name in zip(shown, names, strict=True)
        ),
        hover=tuple(f"{name}, {split} picture {index}" for index, name in zip(shown, names, strict=True)),
        page=page,
        pages=pages,
        pictures=len(order),
    )


def _in_lines(name: str) -> str:
    """Break a long class name so that it stays under its picture."""
    return "<br>".join(textwrap.wrap(name, width=11, max_lines=2, placeholder="…"))


def _label(dataset: Dataset, class_name: str) -> int:
    return dataset.class_names.index(class_name)


def colour_sentence(histograms: ColourHistograms) -> str:
    """Say what the mean colours tell: which classes are bluest and reddest, brightest and darkest."""
    found = [label for label, pictures in enumerate(histograms.pictures) if pictures]
    if len(found) < 2:
        return "With a single class there is nothing to compare."
    names = histograms.class_names
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
    """Say in which colour two classes differ most, and by how much."""
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
        f"They differ most in {('red', 'green', 'blue')[channel]}: **{more}** has on average "
        f"{abs(difference[channel]):.0f} of 255 more than **{less}**. Still {overlap:.0%} of the two histograms "
        f"overlap{': colour alone cannot tell these classes apart' if overlap > 0.6 else ''}."
    )
