"""The parts of the Compare page below its tables: the matrices and the other charts."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext

import streamlit as st

from cifar_core.charts.confusion import cell_of, confusion_figure
from cifar_core.charts.numbers import matrix_numbers
from cifar_core.charts.selection import clicked_index
from cifar_core.evaluation.class_order import ClassOrder
from cifar_core.views.compare.cell import OpenCell, cell_text
from cifar_core.views.compare.page import ComparedRun, CompareView
from pages.parts.compare.cell import go_to_cell
from pages.parts.compare.pairs import draw_pairs
from pages.parts.frame.chart import draw_chart

FOUR_DIGITS = 1000  # numbers that need wider cells: style.css
PAIRS, PAIRS_EACH = 10, 5
"""Confused pairs beside one matrix, and below each of several."""

Orders = Mapping[str, ClassOrder | None]
"""The order of the classes in each run's matrix, by its id."""


def draw_matrices(view: CompareView, orders: Orders, *, by_true_class: bool) -> None:
    """Draw the confusion matrices side by side, with the most confused pairs; a click on a cell goes into the URL."""
    if len(view.compared) > 1:
        _draw_side_by_side(view, view.compared, orders, by_true_class=by_true_class)
        return
    matrix, pairs = st.columns([4, 3], gap="medium")
    with matrix:
        largest = view.largest_mistake(by_true_class=by_true_class)
        _draw_matrix(view.compared[0], orders, by_true_class, largest)
    with pairs:
        draw_pairs(view.compared[0], most=PAIRS)


def draw_opened(view: CompareView, cell: OpenCell, orders: Orders, *, by_true_class: bool) -> None:
    """Draw the matrix whose cell is open, with a frame around the cell."""
    largest = view.largest_mistake(by_true_class=by_true_class)
    _draw_matrix(cell.of, orders, by_true_class, largest, selected=(cell.true, cell.predicted))


def draw_others(view: CompareView, cell: OpenCell, orders: Orders, *, by_true_class: bool) -> None:
    """Draw the matrices beside the one whose cell is open."""
    others = [one for one in view.compared if one.id != cell.of.id]
    _draw_side_by_side(view, others, orders, by_true_class=by_true_class)


def _draw_side_by_side(
    view: CompareView, runs: Sequence[ComparedRun], orders: Orders, *, by_true_class: bool
) -> None:
    if not runs:
        return
    largest = view.largest_mistake(by_true_class=by_true_class)
    large = any(orders.values())
    grid = st.grid(2 if large else min(len(runs), 3), min_column_width=560 if large else 340, gap="medium")
    for one in runs:
        with grid.container():
            _draw_matrix(one, orders, by_true_class, largest, height=640 if large else 470)
            draw_pairs(one, most=PAIRS_EACH)


def _draw_matrix(
    one: ComparedRun,
    orders: Orders,
    by_true_class: bool,
    largest: float,
    *,
    selected: tuple[int, int] | None = None,
    height: int = 560,
) -> None:
    key = f"matrix_{one.id}"
    figure = confusion_figure(
        one.evaluation.matrix,
        one.data.class_names,
        by_true_class=by_true_class,
        largest_mistake=largest,
        selected=selected,
        order=orders[one.id],
        title=one.title,
        height=height,
    )
    matrix = one.evaluation.matrix
    wide = not by_true_class and matrix.counts.max(initial=0) >= FOUR_DIGITS
    with st.container(key=f"wide_numbers_{one.id}", height="stretch") if wide else nullcontext():
        draw_chart(
            figure,
            key=key,
            on_select=_open_clicked(key, one),
            selection_mode="points",
            alt=f"Confusion matrix of {one.title}",
            numbers=lambda: matrix_numbers(
                matrix.by_true_class if by_true_class else matrix.counts, one.data.class_names
            ),
            fills=True,
        )


def _open_clicked(key: str, one: ComparedRun):  # noqa: ANN202
    def remember() -> None:
        index = clicked_index(st.session_state[key])
        # A second click on the same cell takes the selection away in Plotly; here it opens the cell again.
        index = st.session_state.get(f"{key}_clicked") if index is None else index
        if index is not None:
            st.session_state[f"{key}_clicked"] = index
            names = one.data.class_names
            go_to_cell(cell_text(names, *cell_of(index, len(names))), one.id)

    return remember
