"""A confusion matrix whose cells can be clicked."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.layout import MEDIUM, SMALL, finish
from cifar_core.charts.palette import ACCENT, MISTAKE, TEXT, fading_scale
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.words.counts import counted
from cifar_core.words.plotly import chart_label, chart_labels

LARGEST_WITH_NUMBERS = 12
"""Up to this many classes every cell shows its number."""

LARGEST_WITH_EMPTY_CELLS = 25
"""Up to this many classes empty cells can be clicked too; beyond, thousands of marks would slow the browser."""

_STRENGTH = 0.75


def confusion_figure(
    matrix: ConfusionMatrix,
    class_names: Sequence[str],
    *,
    by_true_class: bool = False,
    largest_mistake: float | None = None,
    selected: tuple[int, int] | None = None,
    title: str | None = None,
    height: int = 520,
) -> go.Figure:
    """Draw a confusion matrix: what is right in blue, mistakes in orange, each on a scale of its own.

    On one scale the diagonal of a good model would leave its mistakes invisible. Shown with
    ``st.plotly_chart(figure, on_select="rerun", selection_mode="points")``, a click gives
    :func:`cifar_core.charts.selection.clicked_index`, which :func:`cell_of` turns into the cell.

    Parameters
    ----------
    matrix : ConfusionMatrix
        What to draw.
    class_names : sequence of str
        One for each class.
    by_true_class : bool
        Show shares of each true class in percent instead of counts of pictures.
    largest_mistake : float, optional
        The mistake that gets the full colour, in pictures, or as a share of 1 if ``by_true_class``. Matrices
        side by side should share it; by default the largest of this matrix.
    selected : (int, int), optional
        True and predicted class of the cell that gets a frame.
    title : str, optional
        Name above the matrix.
    height : int
        Height of the figure in pixels.
    """
    counts = matrix.counts
    values = 100 * matrix.by_true_class if by_true_class else counts.astype(np.float64)
    diagonal = np.eye(len(counts), dtype=bool)
    if largest_mistake is None or not math.isfinite(largest_mistake):
        top = float(values[~diagonal].max(initial=0.0))
    else:
        top = 100 * largest_mistake if by_true_class else largest_mistake
    # By true class a full diagonal cell is 100%; in counts it is the largest class.
    full = 100.0 if by_true_class else float(counts.sum(axis=1).max(initial=1))
    with_numbers = len(counts) <= LARGEST_WITH_NUMBERS

    figure = go.Figure()
    for shown, colour, highest in ((diagonal, ACCENT, full), (~diagonal, MISTAKE, max(top, 1e-9))):
        shares = np.where(shown & (counts > 0), values / highest, np.nan)
        figure.add_trace(
            go.Heatmap(
                # The square root lifts the rare mistakes out of the background.
                z=np.sqrt(shares),
                zmin=0,
                zmax=1,
                colorscale=fading_scale(colour, strength=_STRENGTH),
                showscale=False,
                hoverinfo="skip",
                text=_numbers(values, shown & (counts > 0), by_true_class) if with_numbers else None,
                texttemplate="%{text}" if with_numbers else None,
                textfont={"size": SMALL, "color": TEXT},
                xgap=1 if with_numbers else 0,
                ygap=1 if with_numbers else 0,
            )
        )
    figure.add_trace(
        cell_targets(counts, lambda true, predicted: _sentence(matrix, class_names, true, predicted))
    )
    if selected is not None:
        true, predicted = selected
        figure.add_shape(
            type="rect",
            x0=predicted - 0.5,
            x1=predicted + 0.5,
            y0=true - 0.5,
            y1=true + 0.5,
            line={"color": TEXT, "width": 3},
        )

    return finish_matrix(figure, class_names, np.asarray(counts.any(axis=1)), title=title, height=height)


def finish_matrix(
    figure: go.Figure,
    class_names: Sequence[str],
    has_pictures: NDArray[np.bool_],
    *,
    title: str | None,
    height: int,
) -> go.Figure:
    """Give a chart the axes of a confusion matrix, and return it.

    Parameters
    ----------
    figure : go.Figure
        Its cells lie at whole numbers; changed in place.
    class_names : sequence of str
        One for each class.
    has_pictures : ndarray of bool, shape (C,)
        Whether a true class has any.
    title : str or None
        Above the matrix.
    height : int
        In pixels.
    """
    classes = len(class_names)
    # With many classes only every k-th name has room; the others show under the pointer.
    step = max(1, -(-classes // 25))
    names = chart_labels(_shortened(name) for name in class_names)
    # An empty row is no row of mistakes.
    true_names = [name if some else f"{name} (none)" for name, some in zip(names, has_pictures, strict=True)]
    ticks = {"tickvals": list(range(0, classes, step)), "ticktext": names[::step], "showgrid": False}
    ticks |= {"zeroline": False, "ticks": ""}
    figure.update_xaxes(
        title="predicted class", title_standoff=6, tickangle=-45, range=[-0.5, classes - 0.5], **ticks
    )
    figure.update_yaxes(
        title="true class",
        title_standoff=14,
        range=[classes - 0.5, -0.5],
        **ticks | {"ticktext": true_names[::step]},
    )
    figure.update_layout(
        title={"text": chart_label(title), "x": 0, "xanchor": "left", "font": {"size": MEDIUM}}
        if title
        else None,
        margin={"l": 4, "r": 4, "t": 40 if title else 8, "b": 4},
        showlegend=False,
        hovermode="closest",
        hoverdistance=-1,
    )
    return finish(figure, height=height)


def cell_of(index: int, class_count: int) -> tuple[int, int]:
    """Return true and predicted class of the cell with this number.

    Parameters
    ----------
    index : int
        What :func:`cifar_core.charts.selection.clicked_index` gave: rows of the matrix one after the other, from 0.
    class_count : int
        Rows and columns of the matrix.

    Examples
    --------
    >>> cell_of(23, class_count=10)
    (2, 3)
    """
    return divmod(index, class_count)


def cell_targets(counts: NDArray[np.int64], sentence: Callable[[int, int], str]) -> go.Scatter:
    """Make one small unseen mark per cell: a heat map alone tells nobody that it was clicked.

    Parameters
    ----------
    counts : ndarray of int64, shape (C, C)
        With many classes only cells that hold something get a mark.
    sentence : callable
        Takes a true and a predicted class; returns what a pointer over the cell says.
    """
    reachable = np.ones_like(counts, dtype=bool) if len(counts) <= LARGEST_WITH_EMPTY_CELLS else counts > 0
    cells = [divmod(flat, len(counts)) for flat in np.flatnonzero(reachable).tolist()]
    return go.Scatter(
        x=[predicted for _, predicted in cells],
        y=[true for true, _ in cells],
        mode="markers",
        customdata=[[true * len(counts) + predicted] for true, predicted in cells],
        text=[sentence(true, predicted) for true, predicted in cells],
        hovertemplate="%{text}<extra></extra>",
        # The nearest mark gets the click, and the nearest centre is that of the cell under the pointer.
        marker={"size": 2, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )


def _numbers(values: NDArray[np.float64], shown: NDArray[np.bool_], by_true_class: bool) -> list[list[str]]:
    def number(value: float) -> str:
        if not by_true_class:
            return f"{value:.0f}"
        return f"{value:.0f}" if value >= 0.95 else f"{value:.1f}"

    return [
        [number(value) if visible else "" for value, visible in zip(row, visibles, strict=True)]
        for row, visibles in zip(values.tolist(), shown.tolist(), strict=True)
    ]


def _sentence(matrix: ConfusionMatrix, class_names: Sequence[str], true: int, predicted: int) -> str:
    count = int(matrix.counts[true, predicted])
    shown, said = chart_labels((class_names[true], class_names[predicted]))
    share = f"{matrix.by_true_class[true, predicted]:.1%} of all {shown}"
    what = "recognised" if true == predicted else f"taken for {said}"
    pictures = "it" if count == 1 else "them"
    return f"<b>{shown}</b> {what}<br>{counted(count, 'picture')}, {share}" + (
        f"<br>Click to see {pictures}" if count else ""
    )


def _shortened(name: str) -> str:
    return name if len(name) <= 14 else name[:13] + "…"
