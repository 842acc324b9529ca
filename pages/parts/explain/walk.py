"""The way through the pictures that one came from, such as the cats that were taken for dogs."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.runs.run import Run
from cifar_core.views.compare.cell import PER_PAGE
from cifar_core.views.picture_set import set_page
from cifar_core.views.picture_wall import PER_PAGE as WALL_PAGE
from cifar_core.views.walk import Walk, expression_of_cell
from cifar_core.words.markdown import plain
from pages.parts.frame.links import on_screen, show_picture
from pages.parts.frame.pages import PAGES
from pages.parts.frame.picture_set import find_set, take_off
from pages.parts.frame.wall import draw_wall


def draw_walk(runs: Sequence[Run], dataset: Dataset) -> Walk | None:
    """Draw which picture of which set this is, with the way on, back and out; nothing without a set or cell."""
    split = st.session_state.get("split") or "test"
    cell, of = (st.query_params.get(name) for name in ("cell", "of"))
    expression, note = st.query_params.get("set"), None
    from_cell = not expression and cell is not None and split == "test"
    if from_cell:
        expression, note = expression_of_cell(runs, dataset, cell, of)
    shown = None
    if expression and note is None:
        shown, note = find_set(expression, dataset, runs)
    if note:
        st.warning(plain(note), icon=":material/link_off:")
    if shown is None:
        return None
    walk = Walk(shown, split, st.session_state["index"])
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_step("Previous", "before", walk.before, "Left")
        _draw_step("Next", "after", walk.after, "Right")
        if from_cell:
            page = PAGES["compare"]
            address = {"runs": of, "cell": cell, "of": of, "page": str(walk.page)}
        else:
            page = PAGES["dataset"]
            on_wall = 1 + (walk.position or 0) // WALL_PAGE
            address = {"set": shown.text, "shown_split": split, "page": str(on_wall)}
        st.page_link(
            page.file, label=f"All in {page.title}", icon=page.icon, query_params=on_screen(dataset) | address
        )
        if not from_cell:
            st.button("Take off", key="set_off", icon=":material/filter_alt_off:", on_click=take_off)
        st.markdown(f"**{plain(walk.sentence)}**")  # last: a long one goes below what can be pressed
    return walk


def _draw_step(label: str, key: str, index: int | None, shortcut: str) -> None:
    st.button(label, key=key, shortcut=shortcut, disabled=index is None, on_click=show_picture, args=(index,))


def draw_walk_wall(walk: Walk, dataset: Dataset) -> None:
    """Draw the pictures of the set around this one; a click opens one."""
    st.header(plain(walk.title), anchor=False)
    if not walk.indices:
        return
    wall = set_page(walk.shown, walk.split, dataset, page=walk.page, per_page=PER_PAGE)
    st.caption("**Click a picture**, or go on with the arrow keys ← and →.")
    draw_wall(
        wall.images,
        wall.captions,
        key=f"walk_{walk.shown.text}_{walk.split}_{walk.page}",
        label=walk.title,
        columns=8,
        hover=wall.hover,
        selected=walk.position_on_page,
        on_pick=lambda number: show_picture(wall.indices[number]),
    )
