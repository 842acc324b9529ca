"""The wall of examples."""

import streamlit as st

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.views.picture_set import SEARCH_HELP, SetOnScreen, search_expression, set_page
from cifar_core.views.picture_wall import build_wall, page_count
from cifar_core.words.address import ANY
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.dataset.controls import ALL, SPLIT_NAMES, choose_class, choose_split
from pages.parts.frame.address import bound
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.picture_set import put_on
from pages.parts.frame.wall import draw_wall


def draw_search(dataset: Dataset, split: SplitName) -> None:
    """Draw the field in which a number, a class or an expression finds pictures."""
    st.text_input(
        "Find pictures",
        key="search",
        placeholder="17, a class, or wrong(resnet18) and class(cat)",
        on_change=lambda: put_on(search_expression(st.session_state["search"], dataset, split)),
        help=SEARCH_HELP,
    )


def draw_set_pictures(dataset: Dataset, shown: SetOnScreen) -> None:
    """Draw the wall of a picture set; a click opens Explain, which then walks through the set."""
    splits = [split for split in SPLIT_NAMES if len(shown.indices(split))]
    first, second = st.columns([2, 5])
    with first:
        split = choose_split() if len(splits) == 2 else next(iter(splits), "test")
    with second:
        draw_search(dataset, split)
    if not splits:
        st.info("The set is empty: no picture is like that.", icon=":material/hide_image:")
        return
    wall_area = st.container()
    pages = set_page(shown, split, dataset, page=1).pages
    if st.session_state.get("page", 1) > pages:
        st.session_state["page"] = pages
    page = st.pagination(pages, **bound("page", range(1, pages + 1)))
    wall = set_page(shown, split, dataset, page=page)
    with wall_area:
        st.caption(f"**Click a picture** to see where a network looks in it. {shown.counted(split)}.")
        picked = draw_wall(
            wall.images,
            wall.captions,
            key=f"wall_{dataset.fingerprint}_{split}_{shown.text}_{page}",
            label=shown.title,
            columns=10,
            hover=wall.hover,
        )
    if picked is not None:
        run = shown.pictures.said[0].run.id if shown.pictures.said else None
        open_in_explain(dataset, split, wall.indices[picked], run=run, pictures=shown.text)


def draw_pictures(dataset: Dataset, chosen_set: SetOnScreen | None) -> None:
    """Draw the wall of examples, or that of a picture set; a click opens Explain with the picture."""
    if chosen_set is not None:
        draw_set_pictures(dataset, chosen_set)
        return
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
    if picked is not None:
        open_in_explain(dataset, split, wall.indices[picked])
