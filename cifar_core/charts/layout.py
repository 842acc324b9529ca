"""What all charts have in common: text to be read from the last row, and no controls that lead astray."""

import plotly.graph_objects as go

from cifar_core.charts.palette import TEXT

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
    return figure
