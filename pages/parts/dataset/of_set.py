"""The pictures, colours and counts of a picture set."""

from functools import partial

import streamlit as st

from cifar_core.charts.class_counts import class_counts_figure
from cifar_core.charts.histograms import colour_histogram_figure, tallest_share
from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.views import dataset as views
from cifar_core.views.picture_set import (
    REST,
    SEARCH_HELP,
    SET,
    SetOnScreen,
    search_expression,
    set_against_rest,
    set_counts,
    set_csv,
    set_page,
)
from pages.parts.dataset.controls import SPLIT_NAMES, choose_split
from pages.parts.dataset.sort import draw_sort
from pages.parts.dataset.wall import choose_size, draw_pictures_of
from pages.parts.frame.alike import draw_alike
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.picture_set import put_on


def draw_search(dataset: Dataset, split: SplitName) -> None:
    """Draw the field in which a number, a class or an expression finds pictures."""
    st.text_input(
        "Find pictures",
        key="search",
        placeholder="17, a class, or wrong(RUN) and class(cat)",
        on_change=lambda: put_on(search_expression(st.session_state["search"], dataset, split)),
        help=SEARCH_HELP,
    )


def _choose_split(shown: SetOnScreen) -> SplitName | None:
    """Draw the choice of split where the set has pictures of both; ``None`` for an empty set, which is said."""
    splits = [split for split in SPLIT_NAMES if len(shown.indices(split))]
    if not splits:
        st.info("The set is empty: no picture is like that.", icon=":material/hide_image:")
        return None
    return choose_split() if len(splits) == 2 else splits[0]


def draw_set_pictures(dataset: Dataset, shown: SetOnScreen) -> None:
    """Draw the wall of a picture set; a click opens Explain, which then walks through the set."""
    with st.container(horizontal=True, key="choices"):
        split = _choose_split(shown)
        size = choose_size()
        draw_sort(dataset, shown, split or "test")
        draw_search(dataset, split or "test")
    if split is None:
        return
    draw_set_wall(dataset, shown, split, size)


def draw_set_wall(dataset: Dataset, shown: SetOnScreen, split: SplitName, size: str) -> None:
    """Draw the set's pictures of a split; of a single one, those that are most like it, too."""
    run = shown.pictures.said[0].run.id if shown.pictures.said else None
    draw_pictures_of(
        lambda page, per_page: set_page(shown, split, dataset, page=page, per_page=per_page),
        size,
        key=f"{dataset.fingerprint}_{split}_{shown.text}",
        label=shown.title,
        split=split,
        name=shown.counted(split),
        table=partial(set_csv, shown),
        words=f"{shown.size}, in the set's order.",
        on_open=lambda index: open_in_explain(dataset, split, index, run=run, pictures=shown.text),
    )
    if len(only := shown.indices(split).tolist()) == 1:
        said = shown.pictures.said[0].run if shown.pictures.said else None
        draw_alike(dataset.split(split).images[only[0]], dataset, said, only[0] if split == "train" else None)


def draw_set_colours(dataset: Dataset, shown: SetOnScreen) -> None:
    """Draw the colours of a set beside those of the other pictures of its split."""
    split = _choose_split(shown)
    if split is None:
        return
    counted = set_against_rest(shown, split, dataset)
    st.markdown(views.comparison_sentence(counted, SET, REST))
    tallest = max(tallest_share(counted.shares_of(name)) for name in (SET, REST))
    for column, name, number in zip(st.columns(2, gap="medium"), (SET, REST), counted.pictures, strict=True):
        if number:
            figure = colour_histogram_figure(
                counted.shares_of(name),
                title=f"{name.capitalize()}, {number:,} {split} pictures",
                tallest=tallest,
            )
            with column:
                alt = f"Colours of {name}, {split} pictures"
                draw_chart(figure, key=f"histogram_{name}", alt=alt, fills=True)
    st.caption(
        "How to read it: the higher a curve, the more pixels have this value of red, green or blue. Both sides "
        "have the same axes."
    )


def draw_set_counts(dataset: Dataset, shown: SetOnScreen) -> None:
    """Draw how many pictures of each class a set holds."""
    train, test = set_counts(shown, dataset)
    figure = class_counts_figure(dataset.class_names, train, test)
    draw_chart(figure, key="counts", alt=f"Pictures of each class: {shown.title}", fills=True)
    st.caption("How many pictures of each class the set holds, by split.")
