"""How far the confidence of the chosen runs can be trusted."""

import streamlit as st

from cifar_core.charts.confidence import coverage_figure, reliability_figure, right_wrong_figure
from cifar_core.charts.selection import clicked_index
from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.confidence import build_confidence, confidence_columns, set_of_bin, set_of_side
from cifar_core.views.compare.page import CompareView
from cifar_core.words.markdown import plain
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES
from pages.parts.frame.table import table_of


def draw_confidence(view: CompareView, dataset: Dataset) -> None:
    """Draw reliability, coverage and the figures of calibration; a click on a mark opens its pictures."""
    runs = build_confidence(view.compared)
    if not runs:
        return
    for one in runs:
        st.markdown(plain(one.sentence))
    left, right = st.columns(2, gap="medium")
    with left:
        event = draw_chart(
            reliability_figure({one.label: one.by_width for one in runs}),
            key="reliability",
            on_select="rerun",
            selection_mode="points",
            alt="Reliability diagram",
            fills=True,
        )
        st.caption(
            "How to read it: of the pictures on which a network was 80% sure, it should get 80% right. Below the "
            "dotted line it is too sure of itself. **Click a mark to see its pictures.**"
        )
    with right:
        draw_chart(
            coverage_figure({one.label: one.coverage for one in runs}),
            key="coverage",
            alt="Accuracy against coverage",
            fills=True,
        )
        st.caption(
            "How to read it: at 50%, the accuracy on the half of the pictures of which the network is surest. The rest "
            "would go to a person (selective classification)."
        )
    sides = draw_chart(
        right_wrong_figure({one.label: one.by_width for one in runs}),
        key="right_wrong",
        on_select="rerun",
        selection_mode="points",
        alt="Confidence of right and wrong answers",
    )
    st.caption(
        "How to read it: a network that knows what it knows is sure where it is right (solid), and unsure where it is "
        "wrong (dotted). Wrong answers far to the right are the ones to look at. **Click a mark to see its pictures.**"
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        table_of(confidence_columns(runs)),
        hide_index=True,
        key="calibration",
        row_height=36,
        placeholder="–",
        column_config={
            "Sure when right": number(format="%.1f%%", help="Mean confidence of the right answers."),
            "Sure when wrong": number(format="%.1f%%", help="Mean confidence of the wrong answers."),
            "ECE, equal width": number(
                format="%.2f%%",
                help="Expected calibration error: mean distance of confidence and accuracy, 15 bins of equal width.",
            ),
            "ECE, equal mass": number(format="%.2f%%", help="The same in 15 bins of equally many pictures."),
            "Brier score": number(format="%.4f", help="Mean squared distance from the truth, 0 to 2."),
            "NLL": number(format="%.4f", help="Negative log-likelihood (cross-entropy), in nats."),
            "Temperature": number(
                format="%.2f",
                help="Logits divided by it fit the validation pictures best. Above 1: the network is too sure.",
            ),
            "ECE with it": number(format="%.2f%%", help="ECE, equal width, on these pictures after that."),
        },
        alt="Calibration of the chosen runs",
    )
    if view.compared[0].data.fingerprint != dataset.fingerprint:
        return
    for drawn, set_of in ((event, set_of_bin), (sides, set_of_side)):
        if (clicked := clicked_index(drawn)) is not None:
            query = on_screen(dataset) | {"set": set_of(runs, clicked), "shown_split": "test"}
            st.switch_page(PAGES["dataset"].file, query_params=query)
