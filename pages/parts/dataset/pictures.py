"""The wall of examples."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.picture_wall import build_wall, page_count
from cifar_core.words.address import ANY
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.dataset.controls import ALL, SPLIT_NAMES, choose_class, choose_split
from pages.parts.dataset.of_set import draw_search
from pages.parts.frame.address import bound
from pages.parts.frame.download import draw_wall_download
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.wall import draw_wall


def draw_pictures(dataset: Dataset) -> None:
    """Draw the wall of examples; a click opens Explain with the picture."""
    first, second, third, fourth = st.columns([2, 3, 2, 4])
    with first:
        split = choose_split()
    with fourth:
        draw_search(dataset, split)
    with second:
        chosen = choose_class(dataset, "Class", "class")
    seed = third.number_input(
        "Shuffle",
        min_value=0,
        step=1,
        **bound("seed", ANY),
        help="0 keeps the order of the files; every other number is a shuffle of its own.",
    )
    wanted = None if chosen == ALL else chosen
    pages = page_count(dataset, split, wanted)
    if st.session_state.get("page", 1) > pages:
        st.session_state["page"] = pages
    wall_area = st.container()
    page = st.pagination(pages, **bound("page", range(1, pages + 1)))
    wall = build_wall(dataset, split, wanted, seed=seed, page=page)
    if not wall.indices:
        wall_area.info(f"No {SPLIT_NAMES[split]} pictures of {plain(wanted)}.", icon=":material/hide_image:")
        return
    with wall_area:
        st.caption(
            f"**Click a picture** to see where a network looks in it. {counted(wall.pictures, 'picture')}."
        )
        picked = draw_wall(
            wall.images,
            wall.captions,
            key=f"wall_{dataset.fingerprint}_{split}_{wanted}_{seed}_{page}",
            label=f"{SPLIT_NAMES[split]} pictures of {chosen}",
            columns=10,
            hover=wall.hover,
        )
        title = f"{SPLIT_NAMES[split]} pictures of {chosen}, page {page}"
        draw_wall_download(wall, split, title, key="wall")
    if picked is not None:
        open_in_explain(dataset, split, wall.indices[picked])
