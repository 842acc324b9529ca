"""One number of each picture, as two histograms over one another: a range of it can be brushed."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import dress
from cifar_core.charts.palette import ACCENT, NEUTRAL, TEXT
from cifar_core.words.plotly import chart_label


@drawn_once()
def two_histograms_figure(
    edges: NDArray[np.float64],
    shares: Sequence[NDArray[np.float64]],
    names: Sequence[str],
    title: str,
    *,
    height: int = 300,
) -> go.Figure:
    """Draw the shares of one or two sides.

    Parameters
    ----------
    edges : ndarray of float64, shape (bins + 1,)
        Ends of the bins, rising.
    shares : sequence of ndarray of float64, shape (bins,)
        Of each side, which share of its pictures lies in each bin; NaN where it has none.
    names : sequence of str
        Of the sides.
    title : str
        What the number is.
    height : int
        Height in pixels.
    """
    figure = Draft()
    for name, share, colour in zip(names, shares, (ACCENT, NEUTRAL), strict=False):
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=100 * share,
            width=np.diff(edges),
            name=chart_label(name),
            marker={"color": colour, "line": {"width": 0}},
            opacity=0.65,
            customdata=[f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)],
            hovertemplate="%{customdata}: %{y:.1f}%",
            # What lies outside of the brush stays to be seen.
            unselected={"marker": {"opacity": 0.35}},
        )
    figure.update_xaxes(title=chart_label(title))
    figure.update_yaxes(title="pictures (%)", rangemode="tozero")
    figure.update_layout(
        barmode="overlay",
        bargap=0,
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 4, "r": 12, "b": 4, "t": 36},
        selectdirection="h",
        newselection={"line": {"color": TEXT, "width": 2}},
    )
    dress(figure, height=height)
    figure.update_layout(dragmode="select", margin={"t": 36})
    return figure.figure()
