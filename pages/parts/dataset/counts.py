"""How many pictures each class has."""

import streamlit as st

from cifar_core.charts.class_counts import class_counts_figure
from cifar_core.data.dataset import Dataset
from cifar_core.views import dataset as views
from pages.parts.frame.chart import draw_chart


def draw_counts(dataset: Dataset, facts: views.DatasetFacts) -> None:
    """Draw how many pictures each class has."""
    st.markdown(facts.balance)
    if facts.untested:
        st.warning(facts.untested, icon=":material/help:")
    draw_chart(
        class_counts_figure(dataset.class_names, facts.train_counts, facts.test_counts),
        key="counts",
        alt=f"Pictures of each class in {dataset.name}",
        fills=True,
    )
    st.caption(
        "How to read it: one bar for the pictures a network learns from (training split), one for those it is tested "
        "with at the end (test split)."
    )
