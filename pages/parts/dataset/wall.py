"""The wall of Data set, of examples or of a picture set: large and page by page, or small and to scroll through."""

from collections.abc import Callable

import streamlit as st

from cifar_core.data.dataset import SplitName
from cifar_core.views.picture_wall import ON_SCREEN, PER_PAGE, STRETCH, WallPage
from pages.parts.frame.address import bound
from pages.parts.frame.download import draw_wall_download
from pages.parts.frame.scroll import draw_scroll
from pages.parts.frame.wall import draw_wall

LARGE, SMALL = "large", "small"


def choose_size() -> str:
    """Draw the choice between large pictures with words beneath and hundreds of small ones on a screen."""
    size: str = st.segmented_control(
        "Pictures",
        [LARGE, SMALL],
        default=LARGE,
        required=True,
        **bound("size", [LARGE, SMALL]),
        help=f"Large: {PER_PAGE} a page, with words beneath. Small: five hundred on a screen, scroll to all others.",
    )
    return size


def draw_pictures_of(
    fetch: Callable[[int, int], WallPage],
    size: str,
    *,
    key: str,
    label: str,
    split: SplitName,
    words: str,
    on_open: Callable[[int], None],
    name: str | None = None,
    table: Callable[[], str] | None = None,
) -> None:
    """Draw a wall; a click on a picture opens it.

    Parameters
    ----------
    fetch : callable
        Takes the number of a page, from 1, and how many pictures it has; returns the page. There is a picture at least.
    size : str
        As chosen.
    key : str
        Names which pictures are shown, in which order.
    label : str
        What the pictures have in common, for people who hear the page.
    split : {"train", "test"}
        Whose pictures.
    words : str
        Stands above, after what a click does.
    on_open : callable
        Called with the number in its split of the picture that was just picked.
    name : str, optional
        Of the files that can be taken along, if not the label and the page.
    table : callable, optional
        Makes the table, as CSV, if it says more than the wall does.
    """
    st.caption(f"**Click a picture** to see where a network looks in it. {words}")
    if size == SMALL:
        opened = draw_scroll(
            lambda page: fetch(page, STRETCH), fetch(1, 1).pictures, key=f"small_{key}", label=label
        )
        first = fetch(1, ON_SCREEN)
        draw_wall_download(first, split, name or f"{label}, the first {ON_SCREEN}", key="wall", table=table)
        if opened is not None:
            on_open(opened)
        return
    pages = fetch(1, PER_PAGE).pages
    wall_area = st.container()
    if st.session_state.get("page", 1) > pages:
        st.session_state["page"] = pages
    page = st.pagination(pages, **bound("page", range(1, pages + 1)))
    wall = fetch(page, PER_PAGE)
    with wall_area:
        picked = draw_wall(
            wall.images, wall.captions, key=f"wall_{key}_{page}", label=label, columns=10, hover=wall.hover
        )
        draw_wall_download(wall, split, name or f"{label}, page {page}", key="wall", table=table)
    if picked is not None:
        on_open(wall.indices[picked])
