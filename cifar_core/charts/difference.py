"""What one confusion matrix has more of than another."""

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
def difference_figure(
    first: ConfusionMatrix,
    second: ConfusionMatrix,
    class_names: Sequence[str],
    names: tuple[str, str],
    *,
    order: ClassOrder | None = None,
    height: int = 560,
) -> go.Figure:
    """Draw the counts of one matrix minus those of another: blue where the first has more, orange where the second has.

    Both colours share one scale with zero, which shows the page, in its middle. The number of a cell, for clicks, is
    that of :func:`cifar_core.charts.confusion.cell_of`.

    Parameters
    ----------
    first, second : ConfusionMatrix
        Of the same pictures.
    class_names : sequence of str
        The index is the label.
    names : (str, str)
        What the two are called.
    order : ClassOrder, optional
        Of rows and columns; by default that of the labels.
    height : int
        In pixels.
    """
    difference = first.counts - second.counts
    largest = max(1, int(np.abs(difference).max(initial=0)))
    with_numbers = len(difference) <= LARGEST_WITH_NUMBERS
    figure = Draft()
    for colour, amount in ((ACCENT, difference), (MISTAKE, -difference)):
        figure.add_heatmap(
            z=in_order(np.where(amount > 0, amount / largest, np.nan), order),
            zmin=0,
            zmax=1,
            colorscale=fading_scale(colour, strength=_STRENGTH),
            showscale=False,
            hoverinfo="skip",
            text=_signed(in_order(difference, order), in_order(amount > 0, order)) if with_numbers else None,
            texttemplate="%{text}" if with_numbers else None,
            textfont={"size": SMALL, "color": TEXT},
            xgap=1 if with_numbers else 0,
            ygap=1 if with_numbers else 0,
        )

    def sentence(true: int, predicted: int) -> str:
        shown, said = chart_labels((class_names[true], class_names[predicted]))
        what = "recognised" if true == predicted else f"taken for {said}"
        numbers = (
            f"{name}: {counted(int(matrix.counts[true, predicted]), 'picture')}"
            for name, matrix in zip(chart_labels(names), (first, second), strict=True)
        )
        return f"<b>{shown}</b> {what}<br>{'<br>'.join(numbers)}<br>Click to see them"

    add_targets(figure, first.counts + second.counts, sentence, order)
    title = f"{names[0]} − {names[1]}"
    has_pictures = np.asarray(first.counts.any(axis=1))
    return finish_matrix(figure, class_names, has_pictures, order=order, title=title, height=height)


def _signed(difference: NDArray[np.int64], shown: NDArray[np.bool_]) -> list[list[str]]:
    return [
        [
            f"{value:+d}".replace("-", "−") if visible else ""
            for value, visible in zip(row, visibles, strict=True)
        ]
        for row, visibles in zip(difference.tolist(), shown.tolist(), strict=True)
    ]
