"""Histograms of the red, green and blue values of pictures."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import finish
from cifar_core.charts.palette import CHANNELS
from cifar_core.words.plotly import chart_label

CHANNEL_NAMES = ("red", "green", "blue")


def tallest_share(shares: NDArray[np.float64]) -> float:
    """Return a height, in percent, that shows the shape of histograms.

    The values 0 and 255 are left out: overexposed pictures pile up there, and one tall column would press the
    rest flat.

    Parameters
    ----------
    shares : ndarray of float64, shape (…, 3, 256)
        Share of the pixels with each value; NaN where there are none.
    """
    inner = shares[..., 1:-1]
    highest = float(inner[np.isfinite(inner)].max(initial=0))
    return 115 * highest if highest > 0 else 100.0


@drawn_once()
def colour_histogram_figure(
    shares: NDArray[np.float64], *, title: str | None = None, tallest: float | None = None, height: int = 360
) -> go.Figure:
    """Draw three overlaid histograms: how much of the pictures has each value of red, green and blue.

    Parameters
    ----------
    shares : ndarray of float64, shape (3, 256)
        Share of the pixels with each value; NaN where there are none.
    title : str, optional
        Stands above the chart.
    tallest : float, optional
        Upper end of the axis in percent, the same for charts to be compared; else :func:`tallest_share`.
    height : int
        Height in pixels.
    """
    figure = Draft()
    for name, colour, values in zip(CHANNEL_NAMES, CHANNELS, shares, strict=True):
        figure.add_scatter(
            x=list(range(256)),
            y=100 * values,
            name=name,
            mode="lines",
            line={"color": colour, "width": 2, "shape": "hvh"},
            fill="tozeroy",
            fillcolor=_see_through(colour),
            hovertemplate="%{y:.2f}%",
        )
    top = tallest_share(shares) if tallest is None else tallest
    figure.update_xaxes(
        title="value in the picture (0 = none, 255 = full)", range=[-1, 256], tickvals=[0, 64, 128, 192, 255]
    )
    figure.update_yaxes(title="pixels (%)", range=[0, top])
    figure.update_layout(
        title={"text": chart_label(title), "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 8}}
        if title
        else None,
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        # A line for the title and one for the legend: side by side they would overprint on a phone.
        margin={"l": 4, "r": 12, "b": 4, "t": 72 if title else 36},
    )
    return finish(figure, height=height)


def _see_through(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.14)"
