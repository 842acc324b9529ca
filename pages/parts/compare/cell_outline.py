"""A frame around the cell of a matrix that is under the pointer."""

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from cifar_core.charts.palette import THEME_TEXT
from cifar_core.views.compare.page import ComparedRun

_cell_outline = st.components.v2.component(
    "cifar_lab_cell_outline", js=Path(__file__).with_name("cell_outline.js").read_text(encoding="utf-8")
)


def draw_cell_outline(compared: Sequence[ComparedRun]) -> None:
    """Let the cells of these matrices react to the pointer; draws nothing itself."""
    # As Streamlit writes the key of an element into the names of its class.
    names = {re.sub(r"[^a-zA-Z0-9_-]", "-", f"st-key-matrix_{one.id}"): one for one in compared}
    _cell_outline(
        key="cell_outline",
        data={
            "classes": {name: len(one.data.class_names) for name, one in names.items()},
            "colour": THEME_TEXT[st.context.theme.type or "light"],
        },
        height=1,
    )
