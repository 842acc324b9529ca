"""How well the ticked runs tell pictures of other things from their own."""

import streamlit as st

from cifar_core.views.compare.page import CompareView
from cifar_core.views.compare.unknown import build_unknown
from cifar_core.words.markdown import plain
from pages.parts.frame import session


def draw_unknown(view: CompareView) -> None:
    """Draw the areas under the ROC curve in a table, and how to measure what was not."""
    found = build_unknown(view.compared, session.current_settings().cache_dir)
    st.subheader("Not one of the classes", anchor=False)
    if found.records:
        st.dataframe(found.table, hide_index=True, key="unknown_table")
        st.caption(
            "How to read it: AUROC is the chance that a picture of that kind has a higher *energy* than a test picture "
            "(out-of-distribution detection), with its 95% interval: 1 tells all apart, 0.5 nothing. False alarms are "
            "test pictures that are called unlike."
        )
    for problem in found.problems:
        st.caption(f":material/info: {plain(problem)}")
    if found.missing:
        names = ", ".join(plain(run_id) for run_id in found.missing)
        st.caption(
            f"Not measured yet: {names}. Explain measures it, below the answer; so does "
            "`python -m cifar_core explain unknown RUN`."
        )
