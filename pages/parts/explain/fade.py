"""The heat map fades while the slider moves, without a word to the server."""

from pathlib import Path

import streamlit as st

_fade = st.components.v2.component(
    "cifar_lab_fade", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def draw_fade(opacity: int) -> None:
    """Let the browser draw the heat map with the opacity of the slider; draws nothing itself.

    Parameters
    ----------
    opacity : int
        In percent, until the slider is there.
    """
    _fade(key="fade", data={"opacity": opacity}, height=1)
