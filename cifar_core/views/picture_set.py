"""A picture set as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, Split, SplitName
from cifar_core.data.histograms import ColourHistograms, colour_histograms
from cifar_core.errors import ExpressionError
from cifar_core.picture_sets.evaluate import PictureSet, choose
from cifar_core.picture_sets.expression import Word
from cifar_core.picture_sets.saved import SetStore
from cifar_core.picture_sets.table import table_columns, table_rows
from cifar_core.picture_sets.universe import SPLITS, Said, Universe
from cifar_core.remembered import remembered
from cifar_core.runs.run import Run
from cifar_core.views.picture_wall import PER_PAGE, WallPage
from cifar_core.views.set_words import set_words
from cifar_core.views.sorting import sorted_values
from cifar_core.words.counts import counted
from cifar_core.words.spreadsheet import csv_rows

SEARCH_HELP = """A number is a picture of this split, a name its class. An expression chooses by what networks said
and what is measured: `wrong(RUN)`, `cell(RUN, cat, dog)`, `flips(RUN, RUN)`, `confidence(RUN, 0.9..1)`,
`brightness(..40)`,
`near(test:17, 20)`, `doubt(RUN, 100)`, `sort(SET, loss(RUN), down)`; together by `and`, `or`, `not` and brackets.
RUN is a part of a run's id or name. All of them: `python -m cifar_core sets functions`."""


@dataclass(frozen=True, eq=False)
class SetOnScreen:
    """A picture set with what is said of it.

    Attributes
    ----------
    pictures : PictureSet
        The set.
    labels : mapping of str to str
        What runs are called, by their ids.
    """

    pictures: PictureSet
    labels: Mapping[str, str]

    @property
    def text(self) -> str:
        """The expression, as the address has it."""
        return self.pictures.text

    @cached_property
    def title(self) -> str:
        """What the set holds: ``"pictures that resnet20 got right and speedrun wrong"``."""
        return set_words(self.text, self.labels)

    def counted(self, split: SplitName) -> str:
        """Say how many pictures of a split it holds: ``"87 pictures of cat taken for dog by speedrun"``.

        Parameters
        ----------
        split : {"train", "test"}
            Which split.
        """
        count, title = len(self.indices(split)), self.title.partition(", highest first by")[0]
        if title.startswith("pictures "):
            return f"{counted(count, 'picture')} {title.removeprefix('pictures ')}"
        return f"{count:,}: {title}"

    def indices(self, split: SplitName) -> NDArray[np.int64]:
        """Return the numbers of its pictures in a split, in the set's order, shape (k,).

        Parameters
        ----------
        split : {"train", "test"}
            Which split.
        """
        return self.pictures.of_split(split)

    @property
    def size(self) -> str:
        """How many pictures it has, by split: ``"12 training and 30 test pictures"``."""
        train, test = (len(self.indices(split)) for split in SPLITS)
        if train and test:
            return f"{train:,} training and {counted(test, 'test picture')}"
        return counted(train, "training picture") if train else counted(test, "test picture")


def open_set(
    text: str | None,
    dataset: Dataset,
    runs: Sequence[Run],
    cache_dir: Path,
    saved: SetStore,
    labels: Mapping[str, str],
) -> tuple[SetOnScreen | None, str | None]:
    """Find the pictures of a set that an address asks for.

    Parameters
    ----------
    text : str or None
        The expression; nothing or an empty one is no set.
    dataset : Dataset
        The one on screen.
    runs : sequence of Run
        Those that it may name.
    cache_dir : Path
        ``Settings.cache_dir``.
    saved : SetStore
        The sets of whoever looks.
    labels : mapping of str to str
        What runs are called on the page, by their ids.

    Returns
    -------
    (SetOnScreen or None, str or None)
        The set, and a sentence when it cannot be understood.
    """
    if not text or not text.strip():
        return None, None
    universe = Universe.of_dataset(dataset, runs, cache_dir, saved.expression)
    try:
        return SetOnScreen(choose(text, universe), labels), None
    except ExpressionError as problem:
        return None, str(problem)


def search_expression(text: str, dataset: Dataset, split: SplitName) -> str:
    """Return the expression that is meant by what somebody types into a search.

    Parameters
    ----------
    text : str
        A number is a picture of the split on screen, the name of a class its pictures; anything else is an expression
        already.
    dataset : Dataset
        The one on screen.
    split : {"train", "test"}
        The one on screen.

    Examples
    --------
    ``"17"`` → ``"list(test:17)"``, ``"Cat"`` → ``"class(cat)"``, ``"3, 5"`` → ``"list(test:3, test:5)"``.
    """
    word = text.strip()
    numbers = [one for one in word.replace(",", " ").split() if one]
    names = {name.lower(): name for name in dataset.class_names}
    if word.lower() in names:
        return f"class({Word(names[word.lower()])})"
    if numbers and all(one.isascii() and one.isdecimal() for one in numbers):
        return f"list({', '.join(f'{split}:{one}' for one in numbers)})"
    return word


def without(text: str, name: str) -> str:
    """Return the expression of a set without the pictures of a saved one.

    Parameters
    ----------
    text : str
        The set's expression.
    name : str
        Of the saved set.

    Examples
    --------
    >>> without("class(cat) or class(dog)", "dark ones")
    '(class(cat) or class(dog)) and not saved("dark ones")'
    """
    return f"({text}) and not saved({Word(name)})"


SET, REST = "this set", "the others"
"""What the two sides are called where a set is compared with the rest of its split."""


def set_against_rest(shown: SetOnScreen, split: SplitName, dataset: Dataset) -> ColourHistograms:
    """Count the colours of a set and of the other pictures of the same split, as if they were two classes.

    Parameters
    ----------
    shown : SetOnScreen
        Which set.
    split : {"train", "test"}
        Of which split.
    dataset : Dataset
        The one on screen.

    Returns
    -------
    ColourHistograms
        Of :data:`SET` and :data:`REST`.
    """
    source = dataset.split(split)
    side = np.ones(len(source), np.int64)
    side[shown.indices(split)] = 0
    return colour_histograms(Split(source.images, side), (SET, REST))


def set_counts(shown: SetOnScreen, dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count a set's training and test pictures by class, each of shape (classes,).

    Parameters
    ----------
    shown : SetOnScreen
        Which set.
    dataset : Dataset
        The one on screen.
    """
    train, test = (
        np.bincount(dataset.split(split).labels[shown.indices(split)], minlength=len(dataset.class_names))
        for split in SPLITS
    )
    return train, test


def set_csv(shown: SetOnScreen) -> str:
    """Return all pictures of a set as CSV, with what the runs that it names said of them.

    Parameters
    ----------
    shown : SetOnScreen
        Which set.
    """
    return csv_rows(table_columns(shown.pictures), table_rows(shown.pictures))


@remembered(most=8)
def whole_test_split(dataset: Dataset, cache_dir: Path) -> PictureSet:
    """Return the pictures that a page looks at where no set is on.

    Parameters
    ----------
    dataset : Dataset
        The one on screen.
    cache_dir : Path
        ``Settings.cache_dir``.
    """
    return choose("split(test)", Universe.of_dataset(dataset, (), cache_dir))


def set_page(
    shown: SetOnScreen, split: SplitName, dataset: Dataset, *, page: int, per_page: int = PER_PAGE
) -> WallPage:
    """Fetch one page of a set's pictures.

    Parameters
    ----------
    shown : SetOnScreen
        Which set.
    split : {"train", "test"}
        Whose pictures.
    dataset : Dataset
        The one on screen.
    page : int
        Counted from 1; beyond the last page is the last.
    per_page : int
        Pictures on one page.

    Returns
    -------
    WallPage
        Beneath each test picture stands what the first run that the set names said, and how sure it was; and
        beneath each picture of a sorted set that by which it is sorted.
    """
    order = shown.indices(split)
    pages = max(1, -(-len(order) // per_page))
    page = min(max(1, page), pages)
    here = order[(page - 1) * per_page : page * per_page]
    source = dataset.split(split)
    names = [dataset.class_names[label] for label in source.labels[here]]
    captions, more = names, [""] * len(names)
    if split == "test" and shown.pictures.said:
        captions = _told(shown.pictures.said[0], here, dataset)
        for said in shown.pictures.said:
            label = shown.labels.get(said.run.id, said.run.id)
            of_run = _told(said, here, dataset)
            more = [f"{before}\n{label}: {told}" for before, told in zip(more, of_run, strict=True)]
    values = sorted_values(shown.pictures, split, here)
    captions = [f"{told}, {value}" if value else told for told, value in zip(captions, values, strict=True)]
    more = [f"{told}\n{value}" if value else told for told, value in zip(more, values, strict=True)]
    return WallPage(
        indices=tuple(here.tolist()),
        images=np.asarray(source.images[here]),
        captions=tuple(captions),
        hover=tuple(
            f"{name}, {split} picture {index}{said}"
            for index, name, said in zip(here, names, more, strict=True)
        ),
        page=page,
        pages=pages,
        pictures=len(order),
    )


def _told(said: Said, indices: NDArray[np.int64], dataset: Dataset) -> list[str]:
    """Return the class that a run said for each test picture, and how sure it was: ``"dog 0.93"``."""
    labels, confidence = said.predictions.predicted[indices], said.predictions.confidence[indices]
    return [
        f"{dataset.class_names[label]} {sure:.2f}" for label, sure in zip(labels, confidence, strict=True)
    ]
