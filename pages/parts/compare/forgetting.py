"""Which validation pictures a run forgot again, and how often."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.over_epochs import EpochsOnScreen
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES
from pages.parts.frame.table import table_of


def draw_forgetting(shown: EpochsOnScreen, dataset: Dataset | None) -> None:
    """Draw the table of forgetting events; a tick opens the pictures of a line, where they are on screen."""
    st.header("Forgetting events", anchor=False)
    columns, sets = shown.forgetting()
    event = st.dataframe(
        table_of(columns),
        hide_index=True,
        key=f"forgetting_{shown.run_id}",
        row_height=36,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Pictures": st.column_config.NumberColumn(format="localized"),
            "Share": st.column_config.NumberColumn(format="%.1f%%"),
        },
        alt="Pictures by forgetting events",
    )
    st.caption(
        "A forgetting event: right after one epoch, wrong after the next ([Toneva et al. "
        "2019](https://arxiv.org/abs/1812.05159), who count them on training pictures). **Here all pictures are of the "
        "validation split**, which the network never trains on; the test pictures are looked at once, at the end. "
        "**Tick a line to see its pictures.** Often forgotten: near the border between two classes, or mislabelled."
    )
    if (rows := event.selection["rows"]) and dataset is not None:
        query = on_screen(dataset) | {"set": sets[rows[0]], "shown_split": "train"}
        st.switch_page(PAGES["dataset"].file, query_params=query)
