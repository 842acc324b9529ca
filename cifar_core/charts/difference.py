"""What one confusion matrix has more of than another."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.confusion import LARGEST_WITH_NUMBERS, cell_targets, finish_matrix
from cifar_core.charts.layout import SMALL
from cifar_core.charts.palette import ACCENT, MISTAKE, TEXT, fading_scale
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.words.counts import counted
from cifar_core.words.plotly import chart_labels

_STRENGTH = 0.75


def difference_figure(
    first: ConfusionMatrix,
    second: ConfusionMatrix,
    class_names: Sequence[str],
    names: tuple[str, str],
    *,
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
    height : int
        In pixels.
    """
    difference = first.counts - second.counts
    largest = max(1, int(np.abs(difference).max(initial=0)))
    with_numbers = len(difference) <= LARGEST_WITH_NUMBERS
    figure = go.Figure()
    for colour, amount in ((ACCENT, difference), (MISTAKE, -difference)):
        figure.add_heatmap(
            z=np.where(amount > 0, amount / largest, np.nan),
            zmin=0,
            zmax=1,
            colorscale=fading_scale(colour, strength=_STRENGTH),
            showscale=False,
            hoverinfo="skip",
            text=_signed(difference, amount > 0) if with_numbers else None,
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

    figure.add_trace(cell_targets(first.counts + second.counts, sentence))
    title = f"{names[0]} − {names[1]}"
    return finish_matrix(
        figure, class_names, np.asarray(first.counts.any(axis=1)), title=title, height=height
    )


def _signed(difference: NDArray[np.int64], shown: NDArray[np.bool_]) -> list[list[str]]:
    return [
        [
            f"{value:+d}".replace("-", "−") if visible else ""
            for value, visible in zip(row, visibles, strict=True)
        ]
        for row, visibles in zip(difference.tolist(), shown.tolist(), strict=True)
    ]
