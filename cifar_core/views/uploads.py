"""Pictures of somebody's own that came together, such as ten files dragged onto the page: which one is on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from cifar_core.data.picture.formats import COMMON
from cifar_core.views.subject import Subject
from cifar_core.words.counts import counted

MOST_UPLOADS = 12
"""Three rows of pictures side by side; each is asked about."""

MOST_MEGABYTES = 10
"""Of each file."""

UPLOAD_HINT = (
    f"Upload, drag or paste pictures: {COMMON}, up to {MOST_UPLOADS} at once, each up to {MOST_MEGABYTES} MB."
)
"""What to do while there is no upload."""


@dataclass(frozen=True)
class Chosen:
    """The picture that was chosen, and those that came with it.

    Attributes
    ----------
    subject : Subject
        The one on top.
    together : tuple of Subject
        All of them, that one too, in the order in which they came; empty where it came alone.
    place : int
        Of the one on top among them, from 0.
    """

    subject: Subject
    together: tuple[Subject, ...] = ()
    place: int = 0


def place_on_top(ids: Sequence[str], before: Sequence[str], on_top: str | None) -> int:
    """Return which of several pictures goes on top once other files are there than a moment ago.

    Parameters
    ----------
    ids : sequence of str
        One for each picture that there is, at least one.
    before : sequence of str
        Those that were there.
    on_top : str or None
        The one of them that was on top.

    Returns
    -------
    int
        Place of the first that is new; else of the one that was on top, or 0 where that was taken away.

    Examples
    --------
    >>> place_on_top(["a", "b", "c", "d"], ["a", "b"], "a"), place_on_top(["b", "c"], ["a", "b", "c"], "c")
    (2, 1)
    """
    new = [place for place, one in enumerate(ids) if one not in before]
    if new:
        return new[0]
    return ids.index(on_top) if on_top in ids else 0


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Tell apart files of the same name, as pictures from the clipboard are.

    Parameters
    ----------
    names : sequence of str
        As they came.

    Examples
    --------
    >>> distinct(["image.png", "cat.png", "image.png"])
    ('image.png', 'cat.png', 'image.png (2)')
    """
    told: dict[str, None] = {}
    for name in names:
        number, one = 1, name
        while one in told:
            number += 1
            one = f"{name} ({number})"
        told[one] = None
    return tuple(told)


def too_many_sentence(count: int) -> str:
    """Say that not all pictures are shown, where there are more than there is room for; else nothing.

    Parameters
    ----------
    count : int
        How many files there are.
    """
    if count <= MOST_UPLOADS:
        return ""
    return (
        f"You gave {counted(count, 'picture')}: the first {MOST_UPLOADS} are shown. "
        "Take some of them away to see the others."
    )
