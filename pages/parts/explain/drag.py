"""The grey square goes where somebody presses or drags on the picture."""

from pathlib import Path

import streamlit as st

from cifar_core.views.explain.change import square_at

KEY = "drag"
_drag = st.components.v2.component(
    "cifar_lab_drag", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def draw_drag(side: int) -> None:
    """Let the pictures of the answer move the square, whose place stands in the address.

    Parameters
    ----------
    side : int
        Of the square, in pixels.
    """

    def moved() -> None:
        place = square_at(st.session_state[KEY]["moved"])
        if place is not None:
            st.query_params.update(row=str(place[0]), column=str(place[1]))

    _drag(key=KEY, data={"side": side}, height=1, on_moved_change=moved)
