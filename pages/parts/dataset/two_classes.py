"""Two classes side by side."""

import streamlit as st

from cifar_core.charts.histograms import colour_histogram_figure, tallest_share
from cifar_core.data.dataset import Dataset
from cifar_core.views import dataset as views
from cifar_core.views.picture_wall import build_wall
from pages.parts.dataset.controls import choose_class, choose_split, histograms
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.wall import draw_wall


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
    st.caption(
        "How to read it: the higher a curve, the more pixels have this value of red, green or blue. Both sides "
        "have the same axes. Below, a dozen shuffled examples of each. **Click a picture** to see where a network "
        "looks in it."
    )
    pair = {side: counted.shares_of(name) for side, name in (("left", left_class), ("right", right_class))}
    tallest = max(tallest_share(shares) for shares in pair.values())
    columns, names = st.columns(2, gap="medium"), (left_class, right_class)
    for column, name, (side, shares) in zip(columns, names, pair.items(), strict=True):
        wall = build_wall(dataset, split, name, seed=1, page=1, per_page=12)
        with column:
            figure = colour_histogram_figure(shares, title=name, tallest=tallest)
            alt = f"Colours of {name}, {split} pictures"
            draw_chart(figure, key=f"histogram_{side}", alt=alt, fills=True)
            picked = draw_wall(
                wall.images,
                [""] * len(wall.images),
                key=f"pictures_{side}_{split}_{name}",
                label=f"Examples of {name}",
                columns=6,
                hover=wall.hover,
            )
        if picked is not None:
            open_in_explain(dataset, split, wall.indices[picked])
