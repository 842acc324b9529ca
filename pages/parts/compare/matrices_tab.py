"""The confusion matrices of Compare: counts, shares or the difference of two, and the cell that is open."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.difference import comparable_pair
from cifar_core.views.compare.order import (
    axis_names,
    can_be_ordered,
    matrix_order,
    order_sentences,
)
from cifar_core.views.compare.page import CompareView
from cifar_core.views.picture_set import SetOnScreen
from pages.parts.compare.cell import choose_cell, draw_cell, draw_cell_controls
from pages.parts.compare.cell_outline import draw_cell_outline
from pages.parts.compare.class_order import choose_grouped
from pages.parts.compare.difference import draw_difference
from pages.parts.compare.matrices import Orders, draw_matrices, draw_opened, draw_others
from pages.parts.frame.address import bound

ZOOM = "Drag over a part to zoom into it; a double click shows all again."
COUNTS, SHARES, DIFFERENCE = "counts", "by true class", "difference"


def draw_matrices_tab(
    view: CompareView, bar: DeltaGenerator, within: SetOnScreen | None, dataset: Dataset
) -> None:
    """Draw the matrices, or one with the pictures of the cell that is open; what they show is chosen in ``bar``."""
    pair = comparable_pair(view.compared)
    numbers = [COUNTS, SHARES, DIFFERENCE] if pair else [COUNTS, SHARES]
    shown = bar.segmented_control(
        "Numbers",
        numbers,
        default=COUNTS,
        required=True,
        format_func=str.capitalize,
        **bound("numbers", numbers, str.capitalize),
        label_visibility="collapsed",
    )
    orders = _choose_order(view, bar)
    if shown == DIFFERENCE and pair:
        draw_difference(pair, orders[pair[0].id], within, dataset)
        return
    cell = choose_cell(view.compared)
    by_true_class = shown == SHARES
    if cell is None:
        draw_matrices(view, orders, by_true_class=by_true_class)
    else:
        # Side by side: what a cell holds is seen beside it. Other matrices give way.
        matrix, gallery = st.columns([3, 2], gap="medium")
        with matrix:
            draw_opened(view, cell, orders, by_true_class=by_true_class)
        with gallery:
            draw_cell(cell, dataset, within)
    st.caption(
        "**Click a cell to see its pictures.** "
        "Confusion matrix: a row is the true class, a column what the network said. Blue is right, orange wrong; the "
        f"stronger, the more pictures{' (in % of the row)' if shown == SHARES else ''}."
    )
    for sentence in order_sentences(list(orders.values())):
        st.caption(f"{sentence} {ZOOM}")
    draw_cell_controls(view.compared, cell)
    draw_cell_outline(
        {f"matrix_{one.id}": axis_names(one.data.class_names, orders[one.id]) for one in view.compared}
    )
    if cell is not None:
        draw_others(view, cell, orders, by_true_class=by_true_class)


def _choose_order(view: CompareView, bar: DeltaGenerator) -> Orders:
    """Return the order of classes in each matrix; where they are many, ``bar`` offers a choice."""
    unordered: Orders = dict.fromkeys(one.id for one in view.compared)
    if not can_be_ordered(view) or not choose_grouped(bar):
        return unordered
    return {one.id: matrix_order(one, view) for one in view.compared}
