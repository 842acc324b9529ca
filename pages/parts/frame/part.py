"""What is closed at first, a part of a page or a menu: it costs nothing before somebody opens it."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def draw_part(title: str, *, key: str, icon: str, asked: bool = False) -> DeltaGenerator | None:
    """Draw a part; return the place of what stands in it, where that is to be drawn, else ``None``.

    Whether it is open stands in the address.

    Parameters
    ----------
    title : str
        What stands in it.
    key : str
        Of the part, and name in the address.
    icon : str
        Beside the title.
    asked : bool
        The address asks for something in it: it is opened once, and drawn even where somebody closes it again.
    """
    told = f"{key}_asked"
    if asked != st.session_state.get(told, False):
        st.session_state[told] = asked
        if asked:
            st.session_state[key] = True
    part = st.expander(title, icon=icon, key=key, bind="query-params")
    return part if part.open or asked else None


def draw_menu(title: str, *, key: str, icon: str, **look: Any) -> DeltaGenerator | None:
    """Draw a button that opens a menu; return the place of what stands in it while it is open, else ``None``.

    Parameters
    ----------
    title : str
        Of the button.
    key : str
        Of the menu.
    icon : str
        Beside the title.
    **look
        For ``st.popover``.
    """
    menu = st.popover(title, key=key, icon=icon, on_change="rerun", **look)
    return menu if menu.open else None
