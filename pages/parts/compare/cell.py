"""The cell of a confusion matrix that is open on the Compare page: which one, and its very pictures."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.cell import (
    COLUMNS,
    OpenCell,
    cell_options,
    cell_page,
    missing_pictures,
    open_cell,
    page_number,
)
from cifar_core.views.compare.page import ComparedRun
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.address import unknown_sentence
from cifar_core.words.markdown import plain
from pages.parts.frame.download import draw_wall_download
from pages.parts.frame.links import on_screen, open_in_explain
from pages.parts.frame.pages import PAGES
from pages.parts.frame.session import pictures_of
from pages.parts.frame.wall import draw_wall


def go_to_cell(cell: str | None, of: str | None) -> None:
    """Put a cell into the URL, and the runs with it, so that the URL shows the same elsewhere."""
    st.query_params.update(runs=st.session_state["chosen"], cell=cell or [], of=of or [], page=[])


def choose_cell(compared: Sequence[ComparedRun]) -> OpenCell | None:
    """Return the open cell, named by the URL; a sentence says when the URL names what there is not."""
    cell, note = open_cell(compared, st.query_params.get("cell"), st.query_params.get("of"))
    if note:
        st.warning(plain(note), icon=":material/link_off:")
    return cell


def draw_cell_controls(compared: Sequence[ComparedRun], cell: OpenCell | None) -> None:
    """Draw the choice of run and cell, for the keyboard and as a list of the most frequent mistakes."""
    labels = {one.id: one.row.label for one in compared}
    shown = cell.of if cell else compared[0]
    options = cell_options(shown.evaluation.matrix, shown.data.class_names)
    if cell:
        options.setdefault(cell.text, f"{cell.title.split(' by ')[0]}")
    st.session_state["of_run"] = shown.id
    st.session_state["which_cell"] = cell.text if cell else None
    left, right = st.columns(2)
    left.selectbox(
        "Matrix of",
        list(labels),
        format_func=labels.__getitem__,
        key="of_run",
        on_change=lambda: go_to_cell(st.query_params.get("cell"), st.session_state["of_run"]),
    )
    right.selectbox(
        "Click a cell above, or choose one here: most frequent mistakes first",
        list(options),
        format_func=options.__getitem__,
        index=None,
        placeholder="no cell chosen",
        key="which_cell",
        on_change=lambda: go_to_cell(st.session_state["which_cell"], shown.id),
    )


def draw_cell(cell: OpenCell, dataset: Dataset, within: SetOnScreen | None) -> None:
    """Draw the very pictures of a cell, or those of them in a set; a click on one opens it in Explain."""
    st.header(plain(cell.title), anchor=False)
    pictures = pictures_of(cell.of.data, dataset)
    if pictures is None:
        st.info(plain(missing_pictures(cell.of.data)), icon=":material/hide_image:")
        return
    if not cell.count:
        st.caption("No picture fell into this cell.")
        return
    st.caption(
        (
            "**Click a picture to see where the network looked.** "
            if cell.of.row.run.has_model
            else "**Click a picture to open it with another model:** the weights of this run are not on this machine. "
        )
        + "Most confident first; beneath each, the class it chose and its probability (confidence)."
    )
    page = _choose_page(cell)
    wall = cell_page(cell, page, pictures)
    picked = draw_wall(
        wall.images,
        wall.captions,
        key=f"wall_{cell.of.id}_{cell.true}_{cell.predicted}_{page}",
        label=cell.title,
        columns=COLUMNS,
        hover=wall.hover,
    )
    draw_wall_download(wall, "test", cell.title, key="wall")
    if picked is not None:
        part = None if within is None else f"{cell.expression} and ({within.text})"
        open_in_explain(pictures, "test", wall.indices[picked], run=cell.of.id, cell=cell.text, pictures=part)
    if pictures is dataset:
        query = on_screen(dataset) | {"set": cell.expression, "shown_split": "test"}
        page = PAGES["dataset"]
        st.page_link(page.file, label="As a picture set", icon=page.icon, query_params=query)


def _choose_page(cell: OpenCell) -> int:
    """Draw the choice of a page of the gallery; it lives in the URL as ``?page=``."""
    asked = st.query_params.get("page") or None
    shown = page_number(asked, cell.pages)
    if asked not in (None, str(shown)):
        st.warning(
            plain(unknown_sentence("page", asked, range(1, cell.pages + 1))), icon=":material/link_off:"
        )
    if cell.pages == 1:
        return shown
    key = f"page_{cell.of.id}_{cell.text}_{shown}"  # A key for each, so that Back sets it too.

    def turn() -> None:
        st.query_params["page"] = str(st.session_state[key])

    return st.pagination(cell.pages, default=shown, key=key, on_change=turn)
