"""Charts by ECharts, in the text colour of the page's theme."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cifar_core.charts.layout import with_larger_text, with_text_colour
from cifar_core.charts.palette import THEME_TEXT
from cifar_core.remembered import remembered
from cifar_core.words.file_name import file_stem
from cifar_core.words.spreadsheet import csv_columns, for_spreadsheets
from pages.parts.frame.chart import Numbers, draw_pictures, place_of
from pages.parts.frame.download import draw_download, draw_file


def draw_echarts(spec: dict[str, Any], *, height: int, key: str) -> None:
    """Draw a chart that changes every second: Streamlit leaves its text to ECharts, in a grey that few can read."""
    theme = st.context.theme.type or "light"
    st.echarts_chart(_dressed(spec, THEME_TEXT[theme]), height=height, key=key, renderer="svg")


@remembered(most=16, by=lambda spec, colour: (id(spec), colour))
def _dressed(spec: dict[str, Any], colour: str) -> dict[str, Any]:
    return with_larger_text(with_text_colour(spec, colour))


def draw_echarts_files(key: str, name: str, numbers: Callable[[], Numbers]) -> None:
    """Draw the download of a chart: as PNG, SVG, and its numbers as CSV.

    Parameters
    ----------
    key : str
        Of the chart.
    name : str
        Of the files, before it is made one.
    numbers : callable
        Makes the table that it was drawn from, when somebody asks for it.
    """

    def files() -> None:
        draw_pictures(place_of(key), file_stem(name), key=key)
        draw_file(
            "CSV",
            lambda: for_spreadsheets(csv_columns(numbers())),
            f"{file_stem(name)}.csv",
            key=f"numbers_of_{key}",
        )

    draw_download(key, files)
