"""A wall of small pictures to scroll through, however many there are."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cifar_core.views.picture_wall import WallPage, picture_at, wanted_stretches
from cifar_core.words.address import unknown_sentence
from cifar_core.words.markdown import plain
from pages.parts.frame.wall import draw_stretches

FIRST = "from"
"""Names, in the address, the first picture on screen: its place in the order of the wall, from 0."""

_PICKED = "picked_small"


def begin_again() -> None:
    """Show walls from their first picture on; for callbacks that put other pictures on."""
    st.session_state["page"] = 1
    st.query_params.pop(FIRST, None)


def draw_scroll(fetch: Callable[[int], WallPage], pictures: int, *, key: str, label: str) -> int | None:
    """Draw hundreds of small pictures on a screen, and all others to scroll to.

    Only what comes into view is fetched, and only this part of the page runs again for it.

    Returns the number in its split of the picture that was just picked.

    Parameters
    ----------
    fetch : callable
        Returns a stretch of the wall by its number, from 1.
    pictures : int
        How many there are, at least 1.
    key : str
        Names what is shown: other pictures, or another order of them, have another one.
    label : str
        What the pictures have in common, for people who hear the page.
    """
    _draw_part(fetch, pictures, key=key, label=label)
    of, place = st.session_state.pop(_PICKED, (None, 0))
    return picture_at(fetch, place) if of == key else None


@st.fragment
def _draw_part(fetch: Callable[[int], WallPage], pictures: int, *, key: str, label: str) -> None:
    def scrolled() -> None:
        first = _seen(key).get("first")
        if type(first) is int and first > 0:
            st.query_params[FIRST] = str(first)
        else:
            st.query_params.pop(FIRST, None)

    seen = _seen(key)
    first = _first(pictures, say=not seen)
    numbers = wanted_stretches(seen.get("wanted"), first, pictures)
    shown = {number: fetch(number + 1) for number in numbers}
    picked = draw_stretches(
        shown,
        pictures,
        key=key,
        label=label,
        first=first,
        asked=seen.get("asked", 0),
        on_scroll=scrolled,
    )
    if type(picked) is int and 0 <= picked < pictures:
        # The whole page leads on: Back, pressed soon after a part of it has, would lose what was chosen on the page.
        st.session_state[_PICKED] = key, picked
        st.rerun()


def _seen(key: str) -> dict[str, Any]:
    """Return what the browser says of itself: the first picture on screen, and which stretches it lacks."""
    seen = (st.session_state.get(key) or {}).get("seen")
    return seen if isinstance(seen, dict) else {}


def _first(pictures: int, *, say: bool) -> int:
    """Return where the address begins; what it names and is not there is said once."""
    asked = st.query_params.get(FIRST) or "0"
    known = asked.isascii() and asked.isdecimal() and len(asked) < 16
    if say and not (known and int(asked) < pictures):
        st.warning(plain(unknown_sentence(FIRST, asked, range(pictures))), icon=":material/link_off:")
    return min(int(asked), pictures - 1) if known else 0
