"""The mean colour of each class, how bright it is and how blue."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.class_counts import MANY_CLASSES
from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import SMALL, finish
from cifar_core.charts.palette import CHANNELS, NEUTRAL, TEXT
from cifar_core.words.numbers import UNKNOWN, decimal
from cifar_core.words.plotly import chart_label, chart_labels

_ENDS = 10  # classes shown at each end of the order when there are too many to name


@drawn_once()
def mean_colour_figure(
    class_names: Sequence[str],
    mean_colour: NDArray[np.float64],
    brightness: NDArray[np.float64],
    *,
    height: int | None = None,
) -> go.Figure:
    """Draw a bar for each class, filled with its mean colour, as long as it is bright.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    mean_colour : ndarray of float64, shape (classes, 3)
        Mean red, green, blue, 0 to 255; a class with NaN has no bar.
    brightness : ndarray of float64, shape (classes,)
        Mean luma, 0 to 255.
    height : int, optional
        Height in pixels; else as the number of classes needs.
    """
    rounded = np.where(np.isfinite(mean_colour), mean_colour, 0).round().astype(int)
    colours = [f"rgb({red},{green},{blue})" for red, green, blue in rounded]
    hover = [
        f"{chart_label(name)}: brightness {decimal(value, 0)}, red {red}, green {green}, blue {blue}"
        for name, value, (red, green, blue) in zip(class_names, brightness, rounded, strict=True)
    ]
    texts = [decimal(value, 0) for value in brightness]
    return _bars(class_names, brightness, colours, hover, texts, "mean brightness (of 255)", height)


@drawn_once()
def blue_minus_red_figure(
    class_names: Sequence[str], mean_colour: NDArray[np.float64], *, height: int | None = None
) -> go.Figure:
    """Draw a bar for each class: its mean blue minus its mean red.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    mean_colour : ndarray of float64, shape (classes, 3)
        Mean red, green, blue, 0 to 255; a class with NaN has no bar.
    height : int, optional
        Height in pixels; else as the number of classes needs.
    """
    difference = mean_colour[:, 2] - mean_colour[:, 0]
    colours = [CHANNELS[2] if value >= 0 else CHANNELS[0] for value in difference]
    texts = [f"{value:+.0f}".replace("-", "−") if np.isfinite(value) else UNKNOWN for value in difference]
    hover = [
        f"{chart_label(name)}: blue minus red {text}" for name, text in zip(class_names, texts, strict=True)
    ]  # the real minus sign, as wide as the plus
    return _bars(class_names, difference, colours, hover, texts, "mean blue − mean red (of 255)", height)


def _bars(
    class_names: Sequence[str],
    values: NDArray[np.float64],
    colours: Sequence[str],
    hover: Sequence[str],
    texts: Sequence[str],
    title: str,
    height: int | None,
) -> go.Figure:
    """Lay the bars across, names at the left; of many classes, only the ends of the order by value."""
    shown = list(range(len(class_names)))
    axis = "class"
    if len(class_names) > MANY_CLASSES:
        ranked = [int(k) for k in np.argsort(-values, kind="stable") if np.isfinite(values[k])]
        shown = ranked[:_ENDS] + ranked[max(_ENDS, len(ranked) - _ENDS) :]
        axis = f"class (the {_ENDS} highest and the {_ENDS} lowest of {len(class_names)})"
    lengths = [float(values[k]) for k in shown]
    rows = list(range(len(shown)))
    figure = Draft()
    figure.add_bar(
        x=lengths,
        y=rows,
        orientation="h",
        marker={"color": [colours[k] for k in shown], "line": {"color": NEUTRAL, "width": 1}},
        text=[texts[k] for k in shown],
        textposition="outside",
        constraintext="none",
        textfont={"size": SMALL, "color": TEXT},
        cliponaxis=False,
        hovertext=[hover[k] for k in shown],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    found = values[np.isfinite(values)]
    low, high = min(0.0, float(found.min(initial=0))), max(0.0, float(found.max(initial=0)))
    margin = 0.16 * max(high - low, 1)
    figure.update_xaxes(title=title, range=[low - margin if low < 0 else 0, high + margin if high > 0 else 0])
    figure.update_yaxes(
        title=axis,
        tickvals=rows,
        ticktext=chart_labels(class_names[k] for k in shown),
        range=[len(shown) - 0.5, -0.5],
        showgrid=False,
    )
    figure.update_layout(bargap=0.25, showlegend=False, margin={"l": 4, "r": 12, "b": 4})
    return finish(figure, height=height or 110 + 32 * len(shown))
