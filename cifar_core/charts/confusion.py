"""A confusion matrix whose cells can be clicked."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import SMALL
from cifar_core.charts.matrix_grid import LARGEST_WITH_NUMBERS, add_targets, finish_matrix, in_order
from cifar_core.charts.palette import ACCENT, MISTAKE, TEXT, fading_scale
from cifar_core.evaluation.class_order import ClassOrder
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.words.counts import counted
from cifar_core.words.plotly import chart_labels

_STRENGTH = 0.75


@drawn_once()
def confusion_figure(
    matrix: ConfusionMatrix,
    class_names: Sequence[str],
    *,
    by_true_class: bool = False,
    largest_mistake: float | None = None,
    selected: tuple[int, int] | None = None,
    order: ClassOrder | None = None,
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
    order : ClassOrder, optional
        Of rows and columns; by default that of the labels. The number of a cell, for clicks, stays that of its labels.
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

    figure = Draft()
    for shown, colour, highest in ((diagonal, ACCENT, full), (~diagonal, MISTAKE, max(top, 1e-9))):
        shares = np.where(shown & (counts > 0), values / highest, np.nan)
        figure.add_heatmap(
            # The square root lifts the rare mistakes out of the background.
            z=in_order(np.sqrt(shares), order),
            zmin=0,
            zmax=1,
            colorscale=fading_scale(colour, strength=_STRENGTH),
            showscale=False,
            hoverinfo="skip",
            text=_numbers(in_order(values, order), in_order(shown & (counts > 0), order), by_true_class)
            if with_numbers
            else None,
            texttemplate="%{text}" if with_numbers else None,
            textfont={"size": SMALL, "color": TEXT},
            xgap=1 if with_numbers else 0,
            ygap=1 if with_numbers else 0,
        )
    add_targets(
        figure, counts, lambda true, predicted: _sentence(matrix, class_names, true, predicted), order
    )
    if selected is not None:
        true, predicted = selected if order is None else order.places[list(selected)].tolist()
        figure.add_shape(
            type="rect",
            x0=predicted - 0.5,
            x1=predicted + 0.5,
            y0=true - 0.5,
            y1=true + 0.5,
            line={"color": TEXT, "width": 3},
        )
    has_pictures = np.asarray(counts.any(axis=1))
    return finish_matrix(figure, class_names, has_pictures, order=order, title=title, height=height)


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
