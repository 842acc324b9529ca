"""A run over its epochs: a slider through confusion matrix, recall and flips of the validation pictures."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from cifar_core.charts.matrix_grid import LARGEST_WITH_NUMBERS
from cifar_core.charts.numbers import matrix_numbers
from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.views.compare.cell import cell_named, cell_options, cell_text
from cifar_core.views.compare.order import order_of_classes
from cifar_core.views.compare.over_epochs import WITHOUT, EpochsOnScreen, cell_words, open_over_epochs
from cifar_core.views.compare.scrub import read_seen, scrub_data, scrub_table, set_asked
from cifar_core.views.compare.table import RunRow
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.file_name import file_stem
from cifar_core.words.markdown import plain
from cifar_core.words.spreadsheet import csv_columns, for_spreadsheets
from pages.parts.compare.class_order import choose_grouped
from pages.parts.compare.forgetting import draw_forgetting
from pages.parts.frame.address import bound, chosen
from pages.parts.frame.chart import draw_pictures, place_of
from pages.parts.frame.download import draw_download, draw_file
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES

_HERE, _OPENED = Path(__file__).parent, "opened_over_epochs"
_scrub = st.components.v2.component(
    "cifar_lab_scrub",
    css=(_HERE / "scrub.css").read_text(encoding="utf-8"),
    js="".join((_HERE / name).read_text(encoding="utf-8") for name in ("scrub.js", "scrub_view.js")),
    isolate_styles=False,  # the texts of charts grow with the page's own
)


def draw_over_epochs(
    rows: Mapping[str, RunRow], others: Sequence[RunRow], within: SetOnScreen | None, dataset: Dataset
) -> None:
    """Draw one of the runs that kept their epochs, or lead to ``others``; what is picked becomes a set."""
    if not rows:
        st.info(WITHOUT, icon=":material/timeline:")
        for row in others:
            query = on_screen(dataset) | {"runs": row.id, "show": "Epochs"}
            label, page = f"Epochs of {plain(row.label)}", PAGES["compare"]
            st.page_link(page.file, label=label, icon=":material/timeline:", query_params=query)
        st.page_link(PAGES["train"].file, label="Train a model", icon=PAGES["train"].icon)
        return
    if asked := st.session_state.pop(_OPENED, None):
        query = on_screen(dataset) | {"set": asked, "shown_split": "train"}
        st.switch_page(PAGES["dataset"].file, query_params=query)
    labels = {run_id: row.label for run_id, row in rows.items()}
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    run = bar.selectbox(
        "Run", list(labels), format_func=labels.__getitem__, width=420, **bound("scrubbed", list(labels))
    )
    try:
        shown = open_over_epochs(rows[run], within)
    except RunError as problem:
        st.info(plain(str(problem)), icon=":material/broken_image:")
        return
    for note in shown.notes:
        st.caption(plain(note))
    here = dataset if rows[run].same_data else None
    grouped = len(shown.class_names) > LARGEST_WITH_NUMBERS and choose_grouped(bar)
    _draw_epochs(shown, here, grouped)
    draw_forgetting(shown, here)


@st.fragment
def _draw_epochs(shown: EpochsOnScreen, dataset: Dataset | None, grouped: bool) -> None:
    """Draw all epochs, in the browser. A fragment: where the slider comes to rest, the address alone is written."""
    names, key = shown.class_names, f"scrub_{shown.run_id}"
    epoch = chosen("epoch", shown.epochs, shown.epochs[-1])
    cell = cell_named(names, st.query_params.get("course", ""))
    seen = read_seen(st.session_state.get(key))
    order = order_of_classes(names, shown.over.matrix(len(shown.epochs) - 1).counts) if grouped else None
    result = _scrub(
        key=key,
        data=scrub_data(shown, order, opens=dataset is not None)
        | {
            "epoch": epoch,
            "course": None if cell is None else cell[0] * len(names) + cell[1],
            "asked": seen.asked,
        },
        on_seen_change=partial(_write_address, shown, key),
        on_opened_change=lambda: None,
    )
    if dataset is not None and (asked := set_asked(shown, result.opened)) is not None:
        # The whole page leads on, as from a wall (scroll.py).
        st.session_state[_OPENED] = asked
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _choose_cell(shown, epoch, cell)
        draw_download(key, partial(_draw_files, shown, epoch, key))


def _write_address(shown: EpochsOnScreen, key: str) -> None:
    seen, names = read_seen(st.session_state.get(key)), shown.class_names
    if seen.epoch in shown.epochs:
        st.query_params["epoch"] = str(seen.epoch)
    known = seen.course is not None and seen.course < len(names) ** 2
    st.query_params.update(course=cell_text(names, *divmod(seen.course, len(names))) if known else [])


def _choose_cell(shown: EpochsOnScreen, epoch: int, cell: tuple[int, int] | None) -> None:
    """Draw the list of cells, for keyboards and where a hundred classes are too small to click."""
    names, matrix = shown.class_names, shown.over.matrix(shown.epochs.index(epoch))
    # Most frequent mistakes first; what they are called stays, whatever the epoch.
    options = [*cell_options(matrix, names)]
    text = None if cell is None else cell_text(names, *cell)
    if text is not None and text not in options:
        options.append(text)

    def words(option: str) -> str:
        found = cell_named(names, option)
        return option if found is None else cell_words(names, *found)

    st.session_state["course_cell"] = text
    st.selectbox(
        "Click a cell, or choose one here, to see its course",
        options,
        format_func=words,
        index=None,
        placeholder="no cell chosen",
        key="course_cell",
        width=420,
        on_change=lambda: st.query_params.update(course=st.session_state["course_cell"] or []),
    )


def _draw_files(shown: EpochsOnScreen, epoch: int, key: str) -> None:
    def numbers(columns: Mapping[str, Any]) -> bytes:
        return for_spreadsheets(csv_columns(columns))

    matrix, names = shown.over.matrix(shown.epochs.index(epoch)), shown.class_names
    name = file_stem(f"{shown.label} after epoch {epoch}")
    for part in ("matrix", "recall", "course"):
        with st.container(width="content", gap=None):
            st.caption(part.capitalize())
            draw_pictures(f"{place_of(key)} .{part}", f"{name} {part}", key=f"{part}_{key}")
    draw_file(
        "Matrix, CSV",
        lambda: numbers(matrix_numbers(matrix.counts, names)),
        f"{name} matrix.csv",
        key=f"matrix_of_{key}",
    )
    draw_file(
        "All epochs, CSV",
        lambda: numbers(scrub_table(shown)),
        f"{file_stem(shown.label)} epochs.csv",
        key=f"table_of_{key}",
    )
