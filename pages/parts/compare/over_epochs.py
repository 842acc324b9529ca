"""A run over its epochs: a slider through confusion matrix, recall and flips of the validation pictures."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from cifar_core.charts.confusion import cell_of, confusion_figure
from cifar_core.charts.numbers import matrix_numbers
from cifar_core.charts.over_epochs import course_figure, recall_figure
from cifar_core.charts.selection import clicked_index
from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.views.compare.cell import cell_options, cell_text
from cifar_core.views.compare.over_epochs import WITHOUT, EpochsOnScreen, cell_words, open_over_epochs
from cifar_core.views.compare.table import RunRow
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.compare.forgetting import draw_forgetting
from pages.parts.frame.address import bound, kept
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES

MATRIX = "epoch_matrix"


def draw_over_epochs(rows: Mapping[str, RunRow], within: SetOnScreen | None, dataset: Dataset) -> None:
    """Draw one of the runs that kept their epochs; what is picked becomes a set."""
    if not rows:
        st.info(WITHOUT, icon=":material/timeline:")
        st.page_link(PAGES["train"].file, label="Train a model", icon=PAGES["train"].icon)
        return
    labels = {run_id: row.label for run_id, row in rows.items()}
    run = st.selectbox("Run", list(labels), format_func=labels.__getitem__, **bound("scrubbed", list(labels)))
    try:
        shown = open_over_epochs(rows[run], within)
    except RunError as problem:
        st.info(plain(str(problem)), icon=":material/broken_image:")
        return
    for note in shown.notes:
        st.caption(plain(note))
    here = dataset if rows[run].same_data else None
    _draw_epoch(shown, here)
    draw_forgetting(shown, here)


@st.fragment
def _draw_epoch(shown: EpochsOnScreen, dataset: Dataset | None) -> None:
    """Draw one epoch. A fragment: the slider leaves the rest of the page alone."""
    epochs, names = shown.epochs, shown.class_names
    epoch = epochs[0]
    if len(epochs) > 1:
        epoch = st.select_slider("Epoch", epochs, **kept("epoch", epochs, epochs[-1]))
    number = epochs.index(epoch)
    matrix = shown.over.matrix(number)
    cells = {
        cell_text(names, true, said): (true, said) for true in range(len(names)) for said in range(len(names))
    }
    cell = st.query_params.get("course")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        draw_chart(
            confusion_figure(
                matrix, names, largest_mistake=shown.over.largest_mistake, selected=cells.get(cell or "")
            ),
            key=MATRIX,
            on_select=partial(_choose_clicked, names),
            selection_mode="points",
            alt=f"Confusion matrix of {shown.label} on validation pictures after epoch {epoch}",
            numbers=lambda: matrix_numbers(matrix.counts, names),
        )
    with right:
        st.markdown(plain(shown.sentence(number)))
        if number:
            _draw_flips(shown, number, dataset)
        if cell in cells:
            true, said = cells[cell]
            words = cell_words(names, true, said)
            draw_chart(
                course_figure(shown.over.kept.epochs, shown.over.course(true, said), number, words),
                key="course_chart",
                alt=f"{words}, by epoch",
            )
            _draw_link(
                shown.set_of("cell_at", epoch, names[true], names[said]),
                f"See them after epoch {epoch}",
                dataset,
            )
        # Most frequent mistakes first; what they are called stays, whatever the epoch.
        options = [*cell_options(matrix, names)]
        if cell in cells and cell not in options:
            options.append(cell)
        st.session_state["course_cell"] = cell if cell in cells else None
        st.selectbox(
            "Click a cell, or choose one here, to see its course",
            options,
            format_func=lambda text: cell_words(names, *cells[text]),
            index=None,
            placeholder="no cell chosen",
            key="course_cell",
            on_change=lambda: st.query_params.update(course=st.session_state["course_cell"] or []),
        )
    now, before, pictures = shown.recalls(number)
    names_of_epochs = (f"epoch {epoch}", f"epoch {epochs[number - 1]}")
    draw_chart(
        recall_figure(now, before, pictures, names, names=names_of_epochs),
        key="epoch_recall",
        alt=f"Recall of each class after epoch {epoch}",
    )


def _choose_clicked(names: tuple[str, ...]) -> None:
    index = clicked_index(st.session_state[MATRIX])
    # A second click on the same cell takes the selection away in Plotly, and the course here.
    st.query_params.update(course=[] if index is None else cell_text(names, *cell_of(index, len(names))))


def _draw_flips(shown: EpochsOnScreen, number: int, dataset: Dataset | None) -> None:
    learnt, lost = shown.flips(number)
    epoch, before = shown.epochs[number], shown.epochs[number - 1]
    st.markdown(f"Since epoch {before}: **{learnt:,} learnt**, **{lost:,} lost** (flips).")
    with st.container(horizontal=True):
        if learnt:
            _draw_link(
                shown.set_of("learnt_at", epoch), f"See the {counted(learnt, 'picture')} learnt", dataset
            )
        if lost:
            _draw_link(shown.set_of("lost_at", epoch), f"See the {counted(lost, 'picture')} lost", dataset)


def _draw_link(expression: str, label: str, dataset: Dataset | None) -> None:
    if dataset is not None:
        page, query = PAGES["dataset"], {"set": expression, "shown_split": "train"}
        st.page_link(page.file, label=label, icon=page.icon, query_params=on_screen(dataset) | query)
