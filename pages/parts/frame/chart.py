"""A chart with its download: the picture as PNG or SVG, its numbers as CSV."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from cifar_core.charts.draft import has_kind
from cifar_core.charts.numbers import figure_numbers
from cifar_core.words.file_name import file_stem
from cifar_core.words.spreadsheet import csv_columns, for_spreadsheets
from pages.parts.frame import lean_chart
from pages.parts.frame.download import draw_download, draw_file
from pages.parts.frame.tall import tall

if TYPE_CHECKING:
    import plotly.graph_objects as go

lean_chart.make_lean()

Numbers = Mapping[str, Sequence[Any]]
"""A table by column."""

_FILE = Path(__file__)
_pictures = st.components.v2.component(
    "cifar_lab_chart_files",
    html='<div><button type="button" value="png">PNG</button><button type="button" value="svg">SVG</button></div>',
    css=_FILE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_FILE.with_suffix(".js").read_text(encoding="utf-8"),
)


def draw_chart(
    figure: "go.Figure",
    *,
    key: str,
    alt: str,
    name: str | None = None,
    numbers: Callable[[], Numbers] | None = None,
    fills: bool = False,
    **more: Any,
) -> Any:
    """Draw a chart with its download; return what was selected in it.

    Parameters
    ----------
    figure : go.Figure
        The chart.
    key : str
        Of the chart, on its page.
    alt : str
        What it shows.
    name : str, optional
        What the files are called that are downloaded, if not as the chart.
    numbers : callable, optional
        Makes the table that it was drawn from, when somebody asks for it; else it is read off the chart, which can be
        done where it has bars, lines and marks alone.
    fills : bool
        Whether it is as high as the window gives, where that is more than a laptop's.
    **more
        For ``st.plotly_chart``.
    """
    # Unseen marks over it would be taken for its numbers.
    assert numbers or not has_kind(figure, "heatmap"), f"say the numbers of {key}"
    with st.container(key=f"chart_{key}", gap=None, height="stretch" if fills else "content"):
        with tall(key) if fills else nullcontext():
            event = st.plotly_chart(
                figure,
                key=key,
                alt=alt,
                **{"config": {"displayModeBar": False}} | ({"height": "stretch"} if fills else {}) | more,
            )
        draw_download(key, partial(_draw_files, figure, key, file_stem(name or alt), numbers))
    return event


def place_of(key: str) -> str:
    """Return where a browser finds the element with a key: as Streamlit writes it into the name of its class."""
    return ".st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", key)


def draw_pictures(place: str, name: str, *, key: str) -> None:
    """Draw the buttons for a chart as PNG and SVG.

    Parameters
    ----------
    place : str
        A CSS selector of what holds the chart, drawn by Plotly or as one SVG.
    name : str
        Of the files, without their ending.
    key : str
        Of the chart, on its page.
    """
    _pictures(key=f"pictures_of_{key}", data={"chart": place, "name": name}, width="content")


def _draw_files(figure: "go.Figure", key: str, name: str, numbers: Callable[[], Numbers] | None) -> None:
    draw_pictures(place_of(key), name, key=key)
    draw_file(
        "CSV",
        lambda: for_spreadsheets(csv_columns(numbers() if numbers else figure_numbers(figure))),
        f"{name}.csv",
        key=f"numbers_of_{key}",
    )
