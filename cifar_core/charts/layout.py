"""What all charts have in common: text to be read from the last row, gaps, and no controls that lead astray."""

from typing import Any

import plotly.graph_objects as go

from cifar_core.charts.draft import Draft
from cifar_core.charts.palette import TEXT
from cifar_core.words.finite import finite

SMALL, MEDIUM, TITLE = 14, 16, 17
"""Sizes of text in pixels: beside a mark, of an axis, of a chart. On large windows
``pages/parts/frame/style.css`` enlarges these in Plotly's charts, :func:`with_larger_text` those of ECharts."""

LARGER, WIDE = 1.3, 680
"""How much larger, and from which width of an ECharts chart on: such as Train's on a window of 1600 pixels."""


def finish(figure: Draft | go.Figure, *, height: int, zoom: bool = False) -> go.Figure:
    """Give a chart the common look and return it.

    Parameters
    ----------
    figure : Draft or go.Figure
        The chart.
    height : int
        Height in pixels; the width is that of the container.
    zoom : bool
        Whether the axes may be dragged; off, so that a touch or a click never loses the view.
    """
    draft = Draft.of(figure) if isinstance(figure, go.Figure) else figure
    dress(draft, height=height, zoom=zoom)
    return draft.figure()


def dress(draft: Draft, *, height: int, zoom: bool = False) -> None:
    """Give a chart the common look, before what it has of its own.

    Parameters
    ----------
    draft : Draft
        The chart; changed in place.
    height : int
        Height in pixels.
    zoom : bool
        Whether the axes may be dragged.
    """
    if "text" not in draft.layout.get("title", {}):
        draft.update_layout(margin={"t": 12})
    draft.update_layout(
        height=height,
        font={"color": TEXT, "size": SMALL},
        title={"font": {"color": TEXT, "size": TITLE}},
        legend={"font": {"color": TEXT, "size": SMALL}},
        hoverlabel={"font": {"color": TEXT, "size": SMALL}},
        dragmode="zoom" if zoom else False,
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
    )
    axis = {
        "tickfont": {"color": TEXT, "size": SMALL},
        "title": {"font": {"color": TEXT, "size": MEDIUM}},
        "fixedrange": not zoom,
    }
    draft.update_xaxes(**axis)
    draft.update_yaxes(**axis)


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


def with_larger_text(spec: dict[str, Any]) -> dict[str, Any]:
    """Let an ECharts specification have larger text where its chart is wide, as it is on a large window.

    Parameters
    ----------
    spec : dict
        An ECharts option.

    Returns
    -------
    dict
        With ECharts' own rules for what changes with the size of a chart, ``media``.
    """
    return {
        "baseOption": spec,
        "media": [
            {"query": {"minWidth": WIDE}, "option": _text_sizes(spec, LARGER)},
            {"option": _text_sizes(spec, 1)},
        ],
    }


def _text_sizes(part: Any, factor: float) -> Any:
    """Return the sizes of text in a part of a specification, and nothing else, in the same places."""
    if isinstance(part, list):
        found = [_text_sizes(one, factor) for one in part]
        return [one or {} for one in found] if any(found) else None
    if not isinstance(part, dict):
        return None
    sizes = {
        name: round(value * factor) if name == "fontSize" else _text_sizes(value, factor)
        for name, value in part.items()
    }
    return {name: value for name, value in sizes.items() if value}


def finish_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """Make a gap of every number in an ECharts specification that is not finite: ``st.echarts_chart`` refuses them.

    Parameters
    ----------
    spec : dict
        An ECharts option of plain values.
    """
    return dict(finite(spec))
