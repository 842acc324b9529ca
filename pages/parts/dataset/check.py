"""Whether something is wrong with the data set: each finding opens its pictures."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views import data_check as views
from pages.parts.frame.links import open_in_explain
from pages.parts.frame.picture_set import put_on, universe_of
from pages.parts.frame.table import table_of
from pages.parts.frame.wall import draw_wall


def draw_check(dataset: Dataset) -> None:
    """Draw the table of findings, and the test pictures that are most like a training picture."""
    universe = universe_of(dataset)
    bar = st.empty()
    findings = views.find_findings(
        universe, lambda share: bar.progress(share, "Comparing every picture with every other, once …")
    )
    bar.empty()
    st.markdown(views.check_sentence(findings))
    number = st.column_config.NumberColumn
    st.dataframe(
        table_of(views.finding_columns(findings)),
        hide_index=True,
        key="check",
        height="content",
        row_height=36,
        on_select=lambda: _open([finding.expression for finding in findings]),
        selection_mode="single-row",
        column_config={
            "": st.column_config.TextColumn(width=40, help="✓ none · some are usual ! to look at"),
            "Found": number(format="localized"),
            "Share": number(format="%.2f%%"),
        },
        alt="What was looked for in the data set, and what was found",
    )
    st.caption(f"**Tick a line** to see its pictures, those that are alike side by side. {views.HOW}")
    pairs = views.leaking_pairs(universe)
    if not pairs.captions:
        return
    st.markdown("**Test pictures and their twins in the training split**, the most alike first")
    picked = draw_wall(
        pairs.images,
        pairs.captions,
        key=f"twins_{dataset.fingerprint}",
        label="Test pictures and their twins in the training split",
        columns=8,
        hover=pairs.hover,
    )
    if picked is not None:
        open_in_explain(dataset, *pairs.places[picked])


def _open(expressions: Sequence[str | None]) -> None:
    """Put the set of the ticked line on, and show its pictures; nothing where it has none."""
    rows = st.session_state["check"]["selection"]["rows"]
    if rows and (chosen := expressions[rows[0]]) is not None:
        put_on(chosen)
        st.session_state["view"] = "Pictures"
