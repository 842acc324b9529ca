"""What all charts have in common: text to be read from the last row, gaps, and no controls that lead astray."""

from typing import Any

import plotly.graph_objects as go

from cifar_core.charts.palette import TEXT
from cifar_core.words.finite import finite

SMALL, MEDIUM = 14, 16
"""Sizes of text in pixels: what stands beside a mark, and what names an axis or a chart."""


def finish(figure: go.Figure, *, height: int, zoom: bool = False) -> go.Figure:
    """Give a chart the common look and return it.

    Parameters
    ----------
    figure : go.Figure
        The chart; changed in place.
    height : int
        Height in pixels; the width is that of the container.
    zoom : bool
        Whether the axes may be dragged; off, so that a touch or a click never loses the view.
    """
    if figure.layout.title.text is None:
        figure.update_layout(margin_t=12)
    figure.update_layout(
        height=height,
        font={"color": TEXT, "size": SMALL},
        title_font={"color": TEXT, "size": MEDIUM + 1},
        legend={"font": {"color": TEXT, "size": SMALL}},
        hoverlabel={"font": {"color": TEXT, "size": SMALL}},
        dragmode="zoom" if zoom else False,
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
    )
    axis = {
        "tickfont": {"color": TEXT, "size": SMALL},
        "title_font": {"color": TEXT, "size": MEDIUM},
        "fixedrange": not zoom,
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return with_gaps(figure)


def with_gaps(figure: go.Figure) -> go.Figure:
    """Make a gap of every number that is not finite, and return the chart.

    A training that diverged leaves NaN, a table without pictures 0/0. Every Plotly chart passes here, most of them
    with :func:`finish`; every ECharts one passes :func:`finish_spec`.

    Parameters
    ----------
    figure : go.Figure
        The chart; changed in place.
    """
    for part in (*figure.data, figure.layout):
        held = part.to_plotly_json()
        held.pop("template", None)  # Plotly's own look, of thousands of fields
        clean = finite(held)
        if clean is not held:
            part.update(clean, overwrite=True)
    return figure


_TEXT_STYLES = ("textStyle", "subtextStyle", "axisLabel", "nameTextStyle")


def with_text_colour(spec: Any, colour: str) -> Any:
    """Give all text of an ECharts specification one colour; ECharts' own grey has a contrast of 3.7 on white.

    Parameters
    ----------
    spec : dict
        An ECharts option, or a part of one.
    colour : str
        Such as ``"#1b2733"``. What a pointer shows keeps its own: it has a background of its own.
    """
    if isinstance(spec, list):
        return [with_text_colour(part, colour) for part in spec]
    if not isinstance(spec, dict):
        return spec
    return {
        name: part
        if name == "tooltip"
        else {**part, "color": colour}
        if name in _TEXT_STYLES
        else with_text_colour(part, colour)
        for name, part in spec.items()
    }


def finish_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """Make a gap of every number in an ECharts specification that is not finite: ``st.echarts_chart`` refuses them.

    Parameters
    ----------
    spec : dict
        An ECharts option of plain values.
    """
    return dict(finite(spec))
