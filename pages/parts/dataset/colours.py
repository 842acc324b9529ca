"""The colours of one class or of all."""

import streamlit as st

from cifar_core.charts.histograms import colour_histogram_figure
from cifar_core.charts.mean_colours import blue_minus_red_figure, mean_colour_figure
from cifar_core.data.dataset import Dataset
from cifar_core.views import dataset as views
from pages.parts.dataset.controls import ALL, SPLIT_NAMES, choose_class, choose_split, histograms
from pages.parts.frame.chart import draw_chart


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
    title = f"{chosen}, {SPLIT_NAMES[split]} pictures"
    draw_chart(
        colour_histogram_figure(shares, title=title), key="histogram", alt=f"Colours: {title}", fills=True
    )
    st.caption(
        "How to read it: the higher a curve, the more pixels have this value of red, green or blue; right is bright. "
        "The columns at 0 and 255 (cut-off shadows and lights) may reach beyond the top."
    )
    left, right = st.columns(2, gap="large")
    with left:
        draw_chart(
            mean_colour_figure(dataset.class_names, counted.mean_colour, counted.mean_brightness),
            key="mean_colours",
            alt="Mean colour and brightness of each class",
            numbers=lambda: views.mean_colour_columns(counted),
        )
    left.caption(
        "Each bar has the mean colour of its class and is as long as the class is bright "
        "(0.299 red + 0.587 green + 0.114 blue)."
    )
    with right:
        draw_chart(
            blue_minus_red_figure(dataset.class_names, counted.mean_colour),
            key="blueness",
            alt="Mean blue minus mean red of each class",
            numbers=lambda: views.mean_colour_columns(counted),
        )
    right.caption("To the right: more blue than red, as sky and water are. To the left: more red than blue.")
