"""The points of a map: painted, pointed at and drawn around in the browser."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
points = st.components.v2.component(
    "cifar_lab_points",
    css=(_HERE / "points.css").read_text(encoding="utf-8"),
    js=(_HERE / "points.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # its texts grow with the page's own, and its picture can be taken along
)
