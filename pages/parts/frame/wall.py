"""A wall of pictures: as wide as its place, with pictures that a click, or the keyboard, opens."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cifar_core.charts.wall import wall_pictures

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
        "pictures": wall_pictures(images, captions, hover),
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
    pictures = wall_pictures(images, captions, [""] * len(images))
    data = {"pictures": pictures, "columns": columns, "label": label, "opens": False, "fixed": True}
    _wall(key=key, data=data)
