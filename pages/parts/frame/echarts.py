"""Charts by ECharts, in the text colour of the page's theme."""

from typing import Any

import streamlit as st

from cifar_core.charts.layout import with_larger_text, with_text_colour
from cifar_core.charts.palette import THEME_TEXT


def draw_echarts(spec: dict[str, Any], *, height: int, key: str) -> None:
    """Draw a chart that changes every second: Streamlit leaves its text to ECharts, in a grey that few can read."""
    theme = st.context.theme.type or "light"
    spec = with_larger_text(with_text_colour(spec, THEME_TEXT[theme]))
    st.echarts_chart(spec, height=height, key=key)
