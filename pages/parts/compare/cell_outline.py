"""A frame around the cell of a matrix that is under the pointer, and lines that lead from it to both names."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from cifar_core.charts.palette import THEME_TEXT

_cell_outline = st.components.v2.component(
    "cifar_lab_cell_outline", js=Path(__file__).with_name("cell_outline.js").read_text(encoding="utf-8")
)


def draw_cell_outline(matrices: Mapping[str, Sequence[str]]) -> None:
    """Let the cells of ``matrices`` react to the pointer: the classes on their axes, by the keys of the charts."""
    theme, other = ("dark", "light") if st.context.theme.type == "dark" else ("light", "dark")
    _cell_outline(
        key="cell_outline",
        data={
            # As Streamlit writes the key of an element into the names of its class.
            "classes": {
                re.sub(r"[^a-zA-Z0-9_-]", "-", f"st-key-{key}"): list(names)
                for key, names in matrices.items()
            },
            "colour": THEME_TEXT[theme],
            "inverse": THEME_TEXT[other],
        },
        height=1,
    )
