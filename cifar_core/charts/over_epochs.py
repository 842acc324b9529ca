"""What becomes of a cell of the matrix, and of each class, from epoch to epoch."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.draft import Draft
from cifar_core.charts.layout import finish
from cifar_core.charts.legend import ABOVE, legend_height
from cifar_core.charts.palette import ACCENT, NEUTRAL, TEXT
from cifar_core.words.plotly import chart_label, chart_labels


def course_figure(
    epochs: NDArray[np.int64], counts: NDArray[np.int64], number: int, title: str, *, height: int = 240
) -> go.Figure:
    """Draw how many pictures one cell of a confusion matrix held after each epoch, with a mark at one of them.

    Parameters
    ----------
    epochs : ndarray of int64, shape (T,)
        Counted from 1.
    counts : ndarray of int64, shape (T,)
        Pictures in the cell.
    number : int
        Which of the epochs is marked, from 0.
    title : str
        The cell, in words.
    height : int
        In pixels.
    """
    figure = Draft()
    figure.add_scatter(
        x=epochs,
        y=counts,
        mode="lines" if len(epochs) > 1 else "markers",
        line={"color": ACCENT, "width": 3},
        hovertemplate="epoch %{x}: %{y:,} pictures<extra></extra>",
    )
    figure.add_scatter(
        x=epochs[number : number + 1],
        y=counts[number : number + 1],
        mode="markers+text",
        text=[f"{count:,}" for count in counts[number : number + 1].tolist()],
        textposition="top center",
        textfont={"color": TEXT},
        marker={"color": ACCENT, "size": 13},
        hoverinfo="skip",
    )
    figure.update_xaxes(title="epoch", tickformat="d")
    top = max(1, int(counts.max(initial=0)))
    figure.update_yaxes(title="pictures", range=[0, 1.25 * top], tickformat=",d", nticks=5)
    figure.update_layout(
        title={"text": chart_label(title), "x": 0, "xanchor": "left"},
        showlegend=False,
        margin={"l": 4, "r": 12, "t": 40, "b": 4},
    )
    return finish(figure, height=height)


def recall_figure(
    now: NDArray[np.float64],
    before: NDArray[np.float64] | None,
    pictures: NDArray[np.int64],
    class_names: Sequence[str],
    *,
    names: tuple[str, str],
    height: int = 380,
) -> go.Figure:
    """Draw the recall of every class after an epoch as bars, with a line where it was after the one before.

    A class without pictures has no bar, and its name says so.

    Parameters
    ----------
    now, before : ndarray of float64, shape (C,)
        From 0 to 1, NaN where nothing can be said; ``before`` is ``None`` for the first epoch.
    pictures : ndarray of int64, shape (C,)
        Of each class.
    class_names : sequence of str
        The index is the label.
    names : (str, str)
        What the two epochs are called in the legend.
    height : int
        In pixels.
    """
    numbers, shown = list(range(len(class_names))), chart_labels(class_names)
    detail = np.array([[name, f"{count:,}"] for name, count in zip(shown, pictures.tolist(), strict=True)])
    hover = "%{customdata[0]}: %{y:.1f}% of %{customdata[1]} validation pictures<extra></extra>"
    figure = Draft()
    figure.add_bar(
        x=numbers,
        y=100 * now,
        name=names[0],
        marker={"color": ACCENT},
        customdata=detail,
        hovertemplate=hover,
    )
    if before is not None:
        figure.add_scatter(
            x=numbers,
            y=100 * before,
            name=names[1],
            mode="markers",
            customdata=detail,
            hovertemplate=f"{names[1]}, {hover}",
            marker={
                "symbol": "line-ew",
                "size": 34 if len(class_names) <= 12 else 8,
                "color": NEUTRAL,
                "line": {"color": TEXT, "width": 3},
            },
        )
    step = max(1, -(-len(class_names) // 50))
    labels = [
        name if count else f"{name}<br>(none)" for name, count in zip(shown, pictures.tolist(), strict=True)
    ]
    figure.update_xaxes(
        title="true class",
        tickvals=numbers[::step],
        ticktext=labels[::step],
        range=[-0.5, len(class_names) - 0.5],
    )
    figure.update_yaxes(title="recall (%)", range=[0, 100])
    figure.update_layout(
        legend=ABOVE, showlegend=before is not None, bargap=0.3, margin={"l": 4, "r": 4, "b": 4}
    )
    return finish(figure, height=height + (legend_height(names) if before is not None else 0))
