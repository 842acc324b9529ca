"""The wall of examples."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.picture_wall import WallPage, build_wall
from cifar_core.words.address import ANY
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.dataset.controls import ALL, SPLIT_NAMES, choose_class, choose_split
from pages.parts.dataset.of_set import draw_search
from pages.parts.dataset.sort import draw_sort
from pages.parts.dataset.wall import choose_size, draw_pictures_of
from pages.parts.frame.address import named
from pages.parts.frame.links import open_in_explain


def draw_pictures(dataset: Dataset) -> None:
    """Draw the wall of examples; a click opens Explain with the picture."""
    with st.container(horizontal=True, key="choices"):
        split = choose_split()
        with st.container(width=165):
            chosen = choose_class(dataset, "Class", "class")
        seed = st.number_input(
            "Shuffle",
            min_value=0,
            step=1,
            width=132,
            **named("seed", ANY, 0),
            help="0 keeps the order of the files; every other number is a shuffle of its own.",
        )
        size = choose_size()
        wanted = None if chosen == ALL else chosen
        draw_sort(dataset, None, split, wanted)
        draw_search(dataset, split)

    def fetch(page: int, per_page: int) -> WallPage:
        return build_wall(dataset, split, wanted, seed=seed, page=page, per_page=per_page)

    pictures = fetch(1, 1).pictures
    if not pictures:
        st.info(f"No {SPLIT_NAMES[split]} pictures of {plain(wanted)}.", icon=":material/hide_image:")
        return
    draw_pictures_of(
        fetch,
        size,
        key=f"{dataset.fingerprint}_{split}_{wanted}_{seed}",
        label=f"{SPLIT_NAMES[split]} pictures of {chosen}",
        split=split,
        words=f"{counted(pictures, 'picture')}.",
        on_open=lambda index: open_in_explain(dataset, split, index),
    )
