"""The doubted label that is on the screen, and the ones around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset
from cifar_core.explain.overlay import enlarge, to_png
from cifar_core.views.compare.cell import PER_PAGE
from cifar_core.views.compare.labels import Doubt, decision_words

_SIDE = 256


@dataclass(frozen=True)
class DoubtOnScreen:
    """One doubted label of several, with what is said of it.

    Attributes
    ----------
    one : Doubt
        It.
    title, caption : str
        What is asked, and who says what how surely.
    previous, following : int or None
        Pictures before and after it.
    after : int
        The picture that is shown once it is decided: the next open one, else an open one before it, else itself.
    others : sequence of int
        Classes that are neither the label nor what the runs say.
    page : int
        Of the wall, from 0.
    around : sequence of Doubt
        Those on this page of the wall, it among them.
    captions, hover : sequence of str
        Of these.
    selected : int
        Its number among them.
    """

    one: Doubt
    title: str
    caption: str
    previous: int | None
    following: int | None
    after: int
    others: Sequence[int]
    page: int
    around: Sequence[Doubt]
    captions: Sequence[str]
    hover: Sequence[str]
    selected: int

    def picture(self, dataset: Dataset) -> bytes:
        """Return its picture with hard pixels, eight times as large, as a PNG file."""
        return to_png(enlarge(np.asarray(dataset.test.images[self.one.index]), _SIDE))

    def pictures(self, dataset: Dataset) -> NDArray[np.uint8]:
        """Return the pictures of this page of the wall, RGB of shape (n, 32, 32, 3)."""
        return np.asarray(dataset.test.images[[other.index for other in self.around]])


def doubt_on_screen(
    doubts: Sequence[Doubt], decisions: Mapping[int, int | None], asked: str, names: Sequence[str]
) -> DoubtOnScreen:
    """Find the doubted label that an address asks for, else the first that is open, else the first.

    Parameters
    ----------
    doubts : sequence of Doubt
        At least one.
    decisions : mapping of int to int or None
        All.
    asked : str
        Number of a test picture; it may hold anything.
    names : sequence of str
        The index is the label.
    """
    numbers = [one.index for one in doubts]
    open_ones = [index for index in numbers if index not in decisions]
    shown = int(asked) if asked.isdecimal() and len(asked) < 10 else -1
    if shown not in numbers:
        shown = (open_ones or numbers)[0]
    at = numbers.index(shown)
    one = doubts[at]
    following = next((index for index in numbers[at + 1 :] if index not in decisions), None)
    after = next((index for index in open_ones if index != shown), shown) if following is None else following
    decided = decision_words(one.label, decisions, one.index, names)
    page = at // PER_PAGE
    around = doubts[page * PER_PAGE : (page + 1) * PER_PAGE]
    return DoubtOnScreen(
        one=one,
        title=f"Label: {names[one.label]}. The runs: rather {names[one.guess]}?"
        + (f" · {decided}" if decided else ""),
        caption=f"Test picture {one.index}, {at + 1:,} of {len(doubts):,}. On average {names[one.label]} "
        f"{one.of_label:.2f}, {names[one.guess]} {one.of_guess:.2f}. {'; '.join(one.told)}",
        previous=numbers[at - 1] if at else None,
        following=numbers[at + 1] if at + 1 < len(numbers) else None,
        after=after,
        others=[label for label in range(len(names)) if label not in (one.label, one.guess)],
        page=page,
        around=around,
        captions=[
            decision_words(other.label, decisions, other.index, names)
            or f"{names[other.label]} → {names[other.guess]}?"
            for other in around
        ],
        hover=[
            f"test picture {other.index}, label {names[other.label]}\n" + "\n".join(other.told)
            for other in around
        ],
        selected=at - page * PER_PAGE,
    )
