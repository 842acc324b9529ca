"""A wall of pictures: as wide as its place, with pictures that a click, or the keyboard, opens."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cifar_core.charts.wall import Frame, sprite, wall_words
from cifar_core.views.picture_wall import STRETCH, WallPage

_FILE = Path(__file__)
_wall = st.components.v2.component(
    "cifar_lab_wall",
    css=_FILE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_FILE.with_suffix(".js").read_text(encoding="utf-8"),
)


def draw_wall(
    images: NDArray[np.uint8],
    captions: Sequence[str],
    *,
    key: str,
    label: str,
    columns: int,
    hover: Sequence[str],
    frames: Sequence[Frame | None] | None = None,
    selected: int | None = None,
    on_pick: Callable[[int], None] | None = None,
) -> int | None:
    """Draw pictures in rows, each of which can be opened; return the number of the one that was just picked.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 32, 32, 3)
        RGB pictures, row by row.
    captions : sequence of str
        Beneath each picture, at most two lines of it.
    key : str
        Names what is shown: other pictures have another one.
    label : str
        What the pictures have in common, for people who hear the page.
    columns : int
        Pictures in a row, at least 1; fewer where they would be smaller than a thumb.
    hover : sequence of str
        What each picture is: under the pointer, and for people who hear the page.
    frames : sequence of (int, int, int, int) or None, optional
        What a frame is drawn around in each, as :func:`cifar_core.charts.wall.wall_words` has it.
    selected : int, optional
        Number of the picture with a frame.
    on_pick : callable, optional
        Called with the number before the page is drawn again, as callbacks of Streamlit are.
    """

    def picked() -> None:
        number = st.session_state[key]["picked"]
        if on_pick is not None and number is not None:
            on_pick(number)

    data = {
        "sprite": _sprite(images),
        "pictures": wall_words(captions, hover, frames),
        "columns": columns,
        "label": label,
        "opens": True,
        "selected": selected,
    }
    number: int | None = _wall(key=key, data=data, on_picked_change=picked).picked
    return number


def draw_rows(
    images: NDArray[np.uint8], captions: Sequence[str], *, key: str, label: str, columns: int
) -> None:
    """Draw pictures of which each row belongs together; they open nothing.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 32, 32, 3)
        RGB pictures, row by row.
    captions : sequence of str
        Beneath each picture.
    key : str
        Of this wall, on its page.
    label : str
        What the pictures have in common, for people who hear the page.
    columns : int
        Pictures in a row, at least 1, on any screen.
    """
    data = {
        "sprite": _sprite(images),
        "pictures": wall_words(captions, [""] * len(images)),
        "columns": columns,
        "label": label,
        "opens": False,
        "fixed": True,
    }
    _wall(key=key, data=data)


def draw_stretches(
    stretches: Mapping[int, WallPage],
    pictures: int,
    *,
    key: str,
    label: str,
    first: int,
    asked: int,
    on_scroll: Callable[[], None],
) -> int | None:
    """Draw small pictures to scroll through; return the place of the one that was just picked, in the wall's order.

    Parameters
    ----------
    stretches : mapping of int to WallPage
        What the browser is given now, by number from 0: it keeps what it was given before.
    pictures : int
        How many the wall has, at least 1.
    key, label : str
        As those of :func:`draw_wall`.
    first : int
        Place of the first picture on screen, from 0.
    asked : int
        How often the browser has asked, as it says in ``session_state[key]["seen"]``: so it knows what this answers.
    on_scroll : callable
        Called before the page is drawn again for what has come into view.
    """
    data = {
        "stretches": [
            {
                "number": number,
                "sprite": _sprite(page.images),
                "pictures": wall_words(page.captions, page.hover),
            }
            for number, page in stretches.items()
        ],
        "stretch": STRETCH,
        "total": pictures,
        "label": label,
        "at": first,
        "asked": asked,
    }
    wall = _wall(key=key, data=data, on_picked_change=lambda: None, on_seen_change=on_scroll)
    number: int | None = wall.picked
    return number


def _sprite(images: NDArray[np.uint8]) -> str:
    return _made(images, hashlib.blake2b(np.ascontiguousarray(images), digest_size=16).digest())


@st.cache_resource(show_spinner=False, max_entries=32)  # the largest have 1.7 MB; all sessions share them
def _made(_images: NDArray[np.uint8], digest: bytes) -> str:
    return sprite(_images)
