"""How well each class is recognised."""

from functools import partial

import streamlit as st

from cifar_core.charts.per_class import MEASURES, measure_figure, misclassified_figure, predicted_figure
from cifar_core.views.compare.classes import class_remark
from cifar_core.views.compare.difference import comparable_pair
from cifar_core.views.compare.numbers import class_columns
from cifar_core.views.compare.page import CompareView
from pages.parts.compare.class_pairs import draw_class_pairs
from pages.parts.frame.address import bound
from pages.parts.frame.chart import draw_chart


def draw_classes(view: CompareView) -> None:
    """Draw how well each class is recognised."""
    if not view.compared:
        return
    measure = st.segmented_control(
        "Measure",
        list(MEASURES),
        default="f1",
        required=True,
        format_func=MEASURES.__getitem__,
        **bound("measure", list(MEASURES), MEASURES.__getitem__),
        help="Precision: of the pictures called a cat, the share that are cats. "
        "Recall (sensitivity): of the cats, the share that was recognised. F1: their harmonic mean.",
    )
    for number, group in enumerate(view.by_classes()):
        names = group[0].data.class_names
        figures = {one.row.label: one.evaluation.per_class for one in group}
        numbers = partial(class_columns, group)
        draw_chart(
            measure_figure(figures, names, measure),
            key=f"measure_{number}",
            alt=f"{MEASURES[measure]} of each class",
            numbers=numbers,
        )
        st.caption("Longer bars are better; compare bars of one class.")
        if remark := class_remark(group):
            st.warning(remark, icon=":material/help:")
        if pair := comparable_pair(group):
            draw_class_pairs(pair)
        grid = st.grid("auto", min_column_width=560, gap="medium")
        with grid.container():
            draw_chart(
                misclassified_figure(figures, names),
                key=f"misclassified_{number}",
                alt="Misclassified pictures of each class",
                numbers=numbers,
            )
            st.caption(
                "How many test pictures of each class were taken for another (false negatives): shorter is better."
            )
        with grid.container():
            draw_chart(
                predicted_figure(figures, names),
                key=f"predicted_{number}",
                alt="How often each class is predicted",
                numbers=numbers,
            )
            st.caption(
                "The line marks how many pictures there are; above it, the network says this class too often."
            )
