"""A wall of pictures, page by page, of one class or of all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName

PER_PAGE = 40
"""Pictures on one page, unless somebody wants fewer: four rows of ten."""

STRETCH = 100
"""Pictures that travel together where a wall is scrolled through."""

ON_SCREEN = 500
"""Small pictures that are on the screen at once."""

MOST_STRETCHES = 12
"""That are fetched together: more than a screen holds, which begins within one and ends within another."""


def wanted_stretches(asked: object, first: int, pictures: int) -> tuple[int, ...]:
    """Return which stretches of a wall are to be fetched, counted from 0.

    Parameters
    ----------
    asked : object
        What a browser asks for: their numbers in a list, or anything else, which asks for those on screen.
    first : int
        Number of the first picture on screen, from 0.
    pictures : int
        How many the wall has, at least 1.

    Examples
    --------
    >>> [wanted_stretches(asked, 700, 60_000) for asked in (None, [7, 599, 600, "x"], [])]
    [(7, 8, 9, 10, 11), (7, 599), ()]
    """
    last = (pictures - 1) // STRETCH
    if isinstance(asked, list):
        return tuple(one for one in asked if type(one) is int and 0 <= one <= last)[:MOST_STRETCHES]
    return tuple(range(first // STRETCH, min(last, (first + ON_SCREEN - 1) // STRETCH) + 1))


def picture_at(fetch: "Callable[[int], WallPage]", place: int) -> int:
    """Return the number in its split of the picture at a place of a wall.

    Parameters
    ----------
    fetch : callable
        Returns a stretch of the wall by its number, from 1.
    place : int
        In the order of the wall, from 0.
    """
    return fetch(place // STRETCH + 1).indices[place % STRETCH]


class Shown(Protocol):
    """What is on a wall: pictures, their numbers in the split, what stands beneath them and what a pointer tells."""

    @property
    def images(self) -> NDArray[np.uint8]:
        """RGB pictures, shape (N, 32, 32, 3)."""

    @property
    def indices(self) -> tuple[int, ...]:
        """Number of each in its split."""

    @property
    def captions(self) -> tuple[str, ...]:
        """Beneath each."""

    @property
    def hover(self) -> tuple[str, ...]:
        """What each is, in words."""


def shown_columns(wall: Shown, split: str) -> dict[str, list[Any]]:
    """Return what is on a wall as a table, by column.

    Parameters
    ----------
    wall : Shown
        In its order.
    split : str
        Whose pictures.
    """
    return {
        "split": [split] * len(wall.indices),
        "number": list(wall.indices),
        "beneath it": list(wall.captions),
        "picture": [told.partition("<br>Click")[0].replace("\n", "; ") for told in wall.hover],
    }


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


def page_count(
    dataset: Dataset, split: SplitName, class_name: str | None, *, per_page: int = PER_PAGE
) -> int:
    """Count the pages of the wall; at least 1.

    Parameters
    ----------
    dataset : Dataset
        The data set on screen.
    split : {"train", "test"}
        Which of its splits.
    class_name : str or None
        Only pictures of this class count; None counts all.
    per_page : int
        Pictures on one page, at least 1.
    """
    labels = dataset.split(split).labels
    found = len(labels) if class_name is None else int((labels == _label(dataset, class_name)).sum())
    return max(1, -(-found // per_page))


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
    order = _order(len(source), seed)
    if class_name is not None:
        order = order[source.labels[order] == _label(dataset, class_name)]
    pages = max(1, -(-len(order) // per_page))
    page = min(max(1, page), pages)
    shown = order[(page - 1) * per_page : page * per_page]
    names = [dataset.class_names[label] for label in source.labels[shown]]
    return WallPage(
        indices=tuple(int(index) for index in shown),
        images=np.asarray(source.images[shown]),
        captions=tuple(f"{index}" if class_name else name for index, name in zip(shown, names, strict=True)),
        hover=tuple(f"{name}, {split} picture {index}" for index, name in zip(shown, names, strict=True)),
        page=page,
        pages=pages,
        pictures=len(order),
    )


@lru_cache(maxsize=8)  # a screen of small pictures asks for it seven times
def _order(pictures: int, seed: int) -> NDArray[np.int64]:
    order = np.arange(pictures) if seed == 0 else np.random.default_rng(seed).permutation(pictures)
    order.flags.writeable = False
    return order


def _label(dataset: Dataset, class_name: str) -> int:
    return dataset.class_names.index(class_name)
