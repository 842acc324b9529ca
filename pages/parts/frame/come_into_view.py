"""Scrolling to what was just asked for, where it stands below the edge of the screen."""

from pathlib import Path

import streamlit as st

_come_into_view = st.components.v2.component(
    "cifar_lab_come_into_view", js=Path(__file__).with_name("come_into_view.js").read_text(encoding="utf-8")
)


def come_into_view(asked: str) -> None:
    """Scroll the page to this place when something else was asked for than before; draws nothing.

    Parameters
    ----------
    asked : str
        Names what stands here, such as the id of a run.
    """
    _come_into_view(key="come_into_view", data={"asked": asked}, height=1)
