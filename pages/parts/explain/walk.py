"""The way through the pictures that one came from, such as the cats that were taken for dogs."""

from collections.abc import Iterable

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.runs.run import Run
from cifar_core.views.compare.cell import cell_page
from cifar_core.views.walk import Walk, find_walk
from cifar_core.words.markdown import plain
from pages.parts.frame.links import on_screen, show_picture
from pages.parts.frame.pages import PAGES
from pages.parts.frame.wall import draw_wall


def draw_walk(runs: Iterable[Run], dataset: Dataset) -> Walk | None:
    """Draw which picture of which cell this is, with the way on, back and out; nothing without such a cell."""
    if st.session_state.get("split") != "test":
        return None
    asked = [st.query_params.get(name) for name in ("cell", "of")]
    walk, note = find_walk(runs, dataset, *asked, st.session_state["index"])
    if note:
        st.warning(plain(note), icon=":material/link_off:")
    if walk is None:
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_step("Previous", "before", walk.before, "Left")
        _draw_step("Next", "after", walk.after, "Right")
        st.markdown(f"**{plain(walk.sentence)}**")
        address = on_screen(dataset) | {"runs": walk.cell.of.id}
        address |= {"cell": walk.cell.text, "of": walk.cell.of.id}
        st.page_link(
            PAGES["compare"].file,
            label="All in Compare",
            icon=PAGES["compare"].icon,
            query_params=address | {"page": str(walk.page)},
        )
    return walk


def _draw_step(label: str, key: str, index: int | None, shortcut: str) -> None:
    st.button(label, key=key, shortcut=shortcut, disabled=index is None, on_click=show_picture, args=(index,))


def draw_walk_wall(walk: Walk, dataset: Dataset) -> None:
    """Draw the pictures of the cell around this one; a click opens one."""
    st.header(plain(walk.cell.title), anchor=False)
    if not walk.cell.count:
        return
    wall = cell_page(walk.cell, walk.page, dataset)
    st.caption("**Click a picture**, or go on with the arrow keys ← and →. Most confident first.")
    draw_wall(
        wall.images,
        wall.captions,
        key=f"walk_{walk.cell.of.id}_{walk.cell.text}_{walk.page}",
        label=walk.cell.title,
        columns=8,
        hover=wall.hover,
        selected=walk.position_on_page,
        on_pick=lambda number: show_picture(wall.indices[number]),
    )
