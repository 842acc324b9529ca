"""What all matrices of classes have in common: axes, order, and marks that a pointer finds."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.draft import Draft
from cifar_core.charts.layout import MEDIUM, SMALL, finish
from cifar_core.charts.palette import NEUTRAL
from cifar_core.charts.text_width import text_width
from cifar_core.evaluation.class_order import ClassOrder
from cifar_core.words.plotly import chart_label, chart_labels

LARGEST_WITH_NUMBERS = 12
"""Up to this many classes every cell shows its number; beyond, cells are square and can be zoomed into."""

LARGEST_WITH_EMPTY_CELLS = 25
"""Up to this many classes empty cells can be clicked too; beyond, thousands of marks would slow the browser."""

_LONGEST_NAME, _LONGEST_GROUP = 14, 22

_BESIDE, _BELOW = 40, 48
"""What Plotly wants for the title of an axis and its gaps, in pixels, beside the widest name and below the longest."""


def in_order(cells: NDArray[Any], order: ClassOrder | None) -> NDArray[Any]:
    """Return a table of classes by classes with rows and columns in another order.

    Parameters
    ----------
    cells : ndarray, shape (C, C)
        By label.
    order : ClassOrder or None
        Without one it stays as it is.
    """
    return cells if order is None else cells[np.ix_(order.labels, order.labels)]


def add_targets(
    figure: Draft,
    counts: NDArray[np.int64],
    sentence: Callable[[int, int], str],
    order: ClassOrder | None = None,
) -> None:
    """Add one small unseen mark per cell: a heat map alone tells nobody that it was clicked.

    Parameters
    ----------
    figure : Draft
        Changed in place.
    counts : ndarray of int64, shape (C, C)
        With many classes only cells that hold something get a mark; the others are known to the pointer alone.
    sentence : callable
        Takes a true and a predicted class; returns what a pointer over the cell says.
    order : ClassOrder, optional
        Of rows and columns.
    """
    classes = len(counts)
    places = np.arange(classes) if order is None else order.places
    reachable = np.ones_like(counts, dtype=bool) if classes <= LARGEST_WITH_EMPTY_CELLS else counts > 0
    true, predicted = np.nonzero(reachable)
    figure.add_scatter(
        x=places[predicted].tolist(),
        y=places[true].tolist(),
        mode="markers",
        customdata=(true * classes + predicted)[:, None].tolist(),
        text=[sentence(*cell) for cell in zip(true.tolist(), predicted.tolist(), strict=True)],
        hovertemplate="%{text}<extra></extra>",
        # The nearest mark gets the click, and the nearest centre is that of the cell under the pointer.
        # A browser lays out anew for each text on the axes: thousands of marks, unseen or not, took a minute.
        marker={"size": 2, "opacity": 0, "maxdisplayed": 1 if classes > LARGEST_WITH_EMPTY_CELLS else 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )
    true, predicted = np.nonzero(~reachable)
    if len(true):  # Without these, an empty cell would tell of its neighbour.
        figure.add_scatter(
            x=places[predicted].tolist(), y=places[true].tolist(), mode="none", hoverinfo="none"
        )


def finish_matrix(
    figure: Draft,
    class_names: Sequence[str],
    has_pictures: NDArray[np.bool_],
    *,
    order: ClassOrder | None = None,
    title: str | None,
    height: int,
) -> go.Figure:
    """Give a chart the axes of a confusion matrix, and return it.

    Parameters
    ----------
    figure : Draft
        Its cells lie at whole numbers; changed in place.
    class_names : sequence of str
        One for each class.
    has_pictures : ndarray of bool, shape (C,)
        Whether a true class has any.
    order : ClassOrder, optional
        Of rows and columns; named groups stand on the axes in the place of classes.
    title : str or None
        Above the matrix.
    height : int
        In pixels.
    """
    classes = len(class_names)
    many = classes > LARGEST_WITH_NUMBERS
    if order is not None and order.groups:
        positions, said, true = _groups(figure, order)
    else:
        # With many classes only every k-th name has room; the others show under the pointer.
        step = max(1, -(-classes // 25))
        labels = (range(classes) if order is None else order.labels)[::step]
        said = chart_labels(_shortened(class_names[label], _LONGEST_NAME) for label in labels)
        # An empty row is no row of mistakes.
        true = [
            name if has_pictures[label] else f"{name} (none)"
            for name, label in zip(said, labels, strict=True)
        ]
        positions = list(range(0, classes, step))
    ticks = {"tickvals": positions, "showgrid": False, "zeroline": False, "ticks": ""}
    square = {"constrain": "domain"} if many else {}
    figure.update_xaxes(
        title={"text": "predicted class", "standoff": 6}, tickangle=-45, range=[-0.5, classes - 0.5],
        ticktext=said, **ticks, **square,
    )  # fmt: skip
    if many:
        square |= {"scaleanchor": "x", "constraintoward": "top"}
    figure.update_yaxes(
        title={"text": "true class", "standoff": 14},
        range=[classes - 0.5, -0.5],
        ticktext=true,
        **ticks,
        **square,
    )
    figure.update_layout(
        title={"text": chart_label(title), "x": 0, "xanchor": "left", "font": {"size": MEDIUM}}
        if title
        else None,
        margin=_room(said, true) | {"r": 4, "t": 40 if title else 8},
        showlegend=False,
        hovermode="closest",
        hoverdistance=-1,
        uirevision="zoom",  # What was zoomed into stays when a cell is opened.
    )
    return finish(figure, height=height, zoom=many)


def _room(below: Sequence[str], beside: Sequence[str]) -> dict[str, float]:
    """Return the margins that labels and titles need: with less, Plotly measures them and draws all once more."""
    wide, slanting = (
        max((text_width(name, SMALL) for name in names), default=0) for names in (beside, below)
    )
    return {"l": math.ceil(wide + _BESIDE), "b": math.ceil(slanting * math.sqrt(0.5) + _BELOW)}


def _groups(figure: Draft, order: ClassOrder) -> tuple[list[float], list[str], list[str]]:
    """Draw lines between the groups; return the middle of each and its name, twice."""
    ends = np.cumsum([size for _, size in order.groups])
    for end in (ends[:-1] - 0.5).tolist():
        for line in ({"x0": end, "x1": end, "y0": -0.5, "y1": ends[-1] - 0.5},
                     {"y0": end, "y1": end, "x0": -0.5, "x1": ends[-1] - 0.5}):  # fmt: skip
            figure.add_shape(type="line", **line, line={"color": NEUTRAL, "width": 0.5}, layer="below")
    middles = [float(end - (size + 1) / 2) for end, (_, size) in zip(ends, order.groups, strict=True)]
    names = chart_labels(_shortened(name, _LONGEST_GROUP) for name, _ in order.groups)
    return middles, names, names


def _shortened(name: str, longest: int) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"
