"""The difference of two confusion matrices."""

import streamlit as st

from cifar_core.charts.confusion import cell_of
from cifar_core.charts.difference import difference_figure
from cifar_core.charts.numbers import matrix_numbers
from cifar_core.charts.selection import clicked_index
from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.class_order import ClassOrder
from cifar_core.views.compare.difference import set_of_cells
from cifar_core.views.compare.order import axis_names
from cifar_core.views.compare.page import ComparedRun
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.markdown import plain
from pages.parts.compare.cell_outline import draw_cell_outline
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES


def draw_difference(
    pair: tuple[ComparedRun, ComparedRun],
    order: ClassOrder | None,
    within: SetOnScreen | None,
    dataset: Dataset,
) -> None:
    """Draw one matrix minus the other; a click on a cell opens the pictures in which the two differ there."""
    names = pair[0].data.class_names
    first, second = (one.row.label for one in pair)
    matrices = (one.evaluation.matrix for one in pair)
    figure = difference_figure(*matrices, names, (first, second), order=order)
    counts = [one.evaluation.matrix.counts for one in pair]
    event = draw_chart(
        figure,
        key="difference",
        on_select="rerun",
        selection_mode="points",
        alt=f"Difference of two confusion matrices: {first} minus {second}",
        numbers=lambda: matrix_numbers(counts[0] - counts[1], names),
        fills=True,
    )
    draw_cell_outline({"difference": axis_names(names, order)})
    st.caption(
        f"Blue: {plain(first)} has more pictures in the cell; orange: {plain(second)} has. On the diagonal more is "
        "better, elsewhere fewer. **Click a cell to see the pictures that only one of the two puts there.**"
    )
    index = clicked_index(event)
    if index is not None and pair[0].data.fingerprint == dataset.fingerprint:
        cells = set_of_cells(pair, *cell_of(index, len(names)))
        query = {"set": cells if within is None else f"({within.text}) and ({cells})", "shown_split": "test"}
        st.switch_page(PAGES["dataset"].file, query_params=on_screen(dataset) | query)
