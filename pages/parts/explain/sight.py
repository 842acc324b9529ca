"""What a cell of the heat map sees, framed in the pictures while the pointer is on it."""

from pathlib import Path

import streamlit as st

from cifar_core.views.explain.answer import ExplainView

_sight = st.components.v2.component(
    "cifar_lab_sight", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def draw_sight(view: ExplainView) -> None:
    """Let the cells of the heat map react to the pointer; nothing where nobody knows what they see."""
    sight = view.sight
    if sight is not None:
        _sight(
            key="sight", data={"rows": sight.rows, "columns": sight.columns, "pixels": sight.pixels}, height=1
        )
