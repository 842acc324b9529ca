"""How well each class is recognised."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from cifar_core.charts.per_class import (
    MEASURES,
    Measure,
    measure_figure,
    misclassified_figure,
    predicted_figure,
)
from cifar_core.charts.selection import clicked_index
from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.classes import class_remark, list_bars, set_of_bar
from cifar_core.views.compare.difference import comparable_pair
from cifar_core.views.compare.numbers import class_columns
from cifar_core.views.compare.page import ComparedRun, CompareView
from cifar_core.views.picture_set import SetOnScreen
from pages.parts.compare.class_pairs import draw_class_pairs
from pages.parts.frame.address import bound
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw_classes(view: CompareView, within: SetOnScreen | None, dataset: Dataset) -> None:
    """Draw how well each class is recognised; a click on a bar opens its pictures."""
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
        opened = _draw_group(number, group, measure) or _choose_bar(number, group, measure)
        if opened and group[0].data.fingerprint == dataset.fingerprint:
            pictures = opened if within is None else f"({within.text}) and ({opened})"
            query = on_screen(dataset) | {"set": pictures, "shown_split": "test"}
            st.switch_page(PAGES["dataset"].file, query_params=query)


def _draw_group(number: int, group: Sequence[ComparedRun], measure: Measure) -> str | None:
    """Draw the charts of runs that know the same classes; return the picture set of a bar that was clicked."""
    names = group[0].data.class_names
    figures = {one.row.label: one.evaluation.per_class for one in group}
    numbers = partial(class_columns, group)

    def draw(chart: str, key: str, figure: "go.Figure", alt: str) -> str | None:
        event = draw_chart(
            figure,
            key=f"{key}_{number}",
            alt=alt,
            numbers=numbers,
            on_select="rerun",
            selection_mode="points",
            fills=True,
        )
        clicked = clicked_index(event)
        return None if clicked is None else set_of_bar(chart, group, clicked)

    clicked = draw(
        measure, "measure", measure_figure(figures, names, measure), f"{MEASURES[measure]} of each class"
    )
    st.caption(
        "Longer bars are better; compare bars of one class. **Click a bar to see its pictures:** here the mistakes."
    )
    if remark := class_remark(group):
        st.warning(remark, icon=":material/help:")
    if pair := comparable_pair(group):
        draw_class_pairs(pair)
    grid = st.grid("auto", min_column_width=560, gap="medium")
    with grid.container():
        chart = misclassified_figure(figures, names)
        clicked = (
            draw("misclassified", "misclassified", chart, "Misclassified pictures of each class") or clicked
        )
        st.caption(
            "How many test pictures of each class were taken for another (false negatives): shorter is better."
        )
    with grid.container():
        chart = predicted_figure(figures, names)
        clicked = draw("predicted", "predicted", chart, "How often each class is predicted") or clicked
        st.caption(
            "The line marks how many pictures there are; above it, the network says this class too often."
        )
    return clicked


def _choose_bar(number: int, group: Sequence[ComparedRun], measure: Measure) -> str | None:
    """Draw the bars as a list, for the keyboard; return the picture set of the one that was chosen."""
    bars = {bar.label: bar.expression for bar in list_bars(group, measure)}
    chosen = st.selectbox(
        "Click a bar above, or choose one here",
        list(bars),
        index=None,
        placeholder="no bar chosen",
        key=f"which_bar_{number}",
    )
    return bars.get(chosen) if chosen else None
