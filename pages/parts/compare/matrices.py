"""The parts of the Compare page below its tables: the matrices and the other charts."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.charts.confusion import cell_of, confusion_figure
from cifar_core.charts.curves import accuracy_figure, loss_figure
from cifar_core.charts.numbers import matrix_numbers
from cifar_core.charts.selection import clicked_index
from cifar_core.views.compare.cell import OpenCell, cell_text
from cifar_core.views.compare.numbers import curve_columns
from cifar_core.views.compare.page import ComparedRun, CompareView
from cifar_core.words.markdown import plain
from pages.parts.compare.cell import go_to_cell
from pages.parts.frame.chart import draw_chart


def draw_matrices(view: CompareView, *, by_true_class: bool) -> None:
    """Draw the confusion matrices side by side; a click on a cell goes into the URL."""
    _draw_side_by_side(view, view.compared, by_true_class=by_true_class)


def draw_opened(view: CompareView, cell: OpenCell, *, by_true_class: bool) -> None:
    """Draw the matrix whose cell is open, with a frame around the cell."""
    largest = view.largest_mistake(by_true_class=by_true_class)
    _draw_matrix(cell.of, by_true_class, largest, selected=(cell.true, cell.predicted))


def draw_others(view: CompareView, cell: OpenCell, *, by_true_class: bool) -> None:
    """Draw the matrices beside the one whose cell is open."""
    others = [one for one in view.compared if one.id != cell.of.id]
    _draw_side_by_side(view, others, by_true_class=by_true_class)


def _draw_side_by_side(view: CompareView, runs: Sequence[ComparedRun], *, by_true_class: bool) -> None:
    if not runs:
        return
    largest = view.largest_mistake(by_true_class=by_true_class)
    grid = st.grid(min(len(runs), 3), min_column_width=340, gap="medium")
    for one in runs:
        with grid:
            _draw_matrix(one, by_true_class, largest, height=560 if len(view.compared) == 1 else 470)


def _draw_matrix(
    one: ComparedRun,
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
        title=one.title,
        height=height,
    )
    matrix = one.evaluation.matrix
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


def draw_curves(view: CompareView) -> None:
    """Draw accuracy and loss by epoch."""
    if not view.curves and not view.repeated:
        st.info("None of the chosen runs has finished an epoch yet.", icon=":material/show_chart:")
        return
    grid = st.grid("auto", min_column_width=560, gap="medium")
    with grid.container():
        draw_chart(
            accuracy_figure(view.curves, view.repeated),
            key="accuracy",
            alt="Accuracy by epoch",
            numbers=lambda: curve_columns(view),
            fills=True,
        )
        st.caption(
            "Solid: on validation pictures, which the network never trained on; dashed: on training pictures. "
            "Higher is better."
        )
    with grid.container():
        draw_chart(
            loss_figure(view.curves, view.repeated, view.losses),
            key="loss",
            alt="Cross-entropy or loss by epoch",
            numbers=lambda: curve_columns(view),
            fills=True,
        )
        st.caption(
            "Solid: on validation pictures; dashed: on training pictures. Lower is better. Where the dashed line "
            "falls on while the solid one rises, the network is overfitting: it learns the training pictures by heart."
        )
        for sentence in view.loss_sentences():
            st.caption(plain(sentence))
    if view.repeated:
        st.caption(
            "A line with a band is the mean over several seeds, as far as all of them came; the band is the 95% "
            "confidence interval of the mean (Student's t)."
        )
