"""Data set: the pictures themselves, how many there are, and their colours."""

import streamlit as st

from cifar_core.charts.class_counts import class_counts_figure
from cifar_core.charts.histograms import colour_histogram_figure, tallest_share
from cifar_core.charts.mean_colours import blue_minus_red_figure, mean_colour_figure
from cifar_core.charts.selection import clicked_index
from cifar_core.charts.wall import wall_figure
from cifar_core.data.dataset import Dataset
from cifar_core.errors import DataError
from cifar_core.views import dataset as views
from cifar_core.views.picture_wall import build_wall, page_count
from cifar_core.words.markdown import plain
from pages.parts.dataset.controls import ALL, SPLIT_NAMES, choose_class, choose_split, histograms
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.router import hand_over
from pages.parts.frame.session import current_dataset

PLAIN = {"displayModeBar": False}
PICTURES, COLOURS, TWO, COUNTS = "Pictures", "Colours", "Two classes", "Counts"


def draw_pictures(dataset: Dataset) -> None:
    """Draw the wall of examples; a click opens Explain with the picture."""
    first, second, third = st.columns([2, 3, 2])
    with first:
        split = choose_split()
    with second:
        chosen = choose_class(dataset, "Class", "class")
    seed = third.number_input(
        "Shuffle",
        min_value=0,
        step=1,
        key="seed",
        bind="query-params",
        help="0 keeps the order of the files; every other number is a shuffle of its own.",
    )
    wanted = None if chosen == ALL else chosen
    pages = page_count(dataset, split, wanted)
    if st.session_state.get("page", 1) > pages:
        st.session_state["page"] = pages
    wall_area = st.container()
    page = st.pagination(pages, key="page", bind="query-params")
    wall = build_wall(dataset, split, wanted, seed=seed, page=page)
    if not wall.indices:
        wall_area.info(f"No {SPLIT_NAMES[split]} pictures of {plain(wanted)}.", icon=":material/hide_image:")
        return
    with wall_area:
        event = st.plotly_chart(
            wall_figure(wall.images, wall.captions, columns=10, hover=wall.hover),
            on_select="rerun",
            selection_mode="points",
            key=f"wall_{dataset.fingerprint}_{split}_{wanted}_{seed}_{page}",
            config=PLAIN,
        )
        st.caption(f"{wall.pictures:,} pictures. Click one to see where a network looks in it.")
    number = clicked_index(event)
    if number is not None:
        open_in_explain(dataset, split, wall.indices[number])


def draw_colours(dataset: Dataset) -> None:
    """Draw the histograms of one class or all, and the mean colours of every class."""
    first, second = st.columns([2, 5])
    with first:
        split = choose_split()
    with second:
        chosen = choose_class(dataset, "Class", "class")
    counted = histograms(dataset, dataset.fingerprint, split)
    st.markdown(views.colour_sentence(counted))
    shares = counted.shares_of(None if chosen == ALL else chosen)
    st.plotly_chart(
        colour_histogram_figure(shares, title=f"{chosen}, {SPLIT_NAMES[split]} pictures"),
        key="histogram",
        config=PLAIN,
    )
    st.caption(
        "How to read it: the higher a curve, the more pixels have this value of red, green or blue; right is bright. "
        "The columns at 0 and 255 (cut-off shadows and lights) may reach beyond the top."
    )
    left, right = st.columns(2, gap="large")
    left.plotly_chart(
        mean_colour_figure(dataset.class_names, counted.mean_colour, counted.mean_brightness),
        key="mean_colours",
        config=PLAIN,
    )
    left.caption(
        "Each bar has the mean colour of its class and is as long as the class is bright "
        "(0.299 red + 0.587 green + 0.114 blue)."
    )
    right.plotly_chart(
        blue_minus_red_figure(dataset.class_names, counted.mean_colour), key="blueness", config=PLAIN
    )
    right.caption("To the right: more blue than red, as sky and water are. To the left: more red than blue.")


def draw_two_classes(dataset: Dataset) -> None:
    """Draw the histograms of two classes side by side, on the same axes."""
    split_column, first, second = st.columns([2, 3, 3])
    with split_column:
        split = choose_split()
    with first:
        left_class = choose_class(dataset, "Left", "left", 0)
    with second:
        right_class = choose_class(dataset, "Right", "right", 6)
    counted = histograms(dataset, dataset.fingerprint, split)
    st.markdown(views.comparison_sentence(counted, left_class, right_class))
    pair = {side: counted.shares_of(name) for side, name in (("left", left_class), ("right", right_class))}
    tallest = max(tallest_share(shares) for shares in pair.values())
    columns, names = st.columns(2, gap="medium"), (left_class, right_class)
    for column, name, (side, shares) in zip(columns, names, pair.items(), strict=True):
        wall = build_wall(dataset, split, name, seed=1, page=1, per_page=12)
        with column:
            figure = colour_histogram_figure(shares, title=name, tallest=tallest)
            st.plotly_chart(figure, key=f"histogram_{side}", config=PLAIN)
            pictures = wall_figure(wall.images, [""] * len(wall.images), columns=6, hover=wall.hover)
            st.plotly_chart(pictures, key=f"pictures_{side}", config=PLAIN)
    st.caption(
        "How to read it: the higher a curve, the more pixels have this value of red, green or blue. Both sides "
        "have the same axes. Below, a dozen shuffled examples of each."
    )


def draw_counts(dataset: Dataset, facts: views.DatasetFacts) -> None:
    """Draw how many pictures each class has."""
    st.markdown(facts.balance)
    st.plotly_chart(
        class_counts_figure(dataset.class_names, facts.train_counts, facts.test_counts),
        key="counts",
        config=PLAIN,
    )
    st.caption(
        "How to read it: one bar for the pictures a network learns from (training split), one for those it is tested "
        "with at the end (test split)."
    )


hand_over()
try:
    dataset = current_dataset()
except DataError as problem:
    st.error(plain(str(problem)), icon=":material/error:")
    st.stop()
facts = views.build_facts(dataset)
st.title(plain(dataset.name), anchor=False)
for column, (label, value) in zip(st.columns(len(facts.metrics)), facts.metrics, strict=True):
    column.metric(label, value)
shown = st.segmented_control(
    "Show",
    [PICTURES, COLOURS, TWO, COUNTS],
    default=PICTURES,
    required=True,
    key="view",
    bind="query-params",
    label_visibility="collapsed",
)
if shown == COUNTS:
    draw_counts(dataset, facts)
else:
    {PICTURES: draw_pictures, COLOURS: draw_colours, TWO: draw_two_classes}[shown](dataset)
