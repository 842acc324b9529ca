"""Links from one page to another that carry a selection."""

import streamlit as st

from cifar_core.data.dataset import Dataset, SplitName
from pages.parts.frame.pages import PAGES


def open_in_explain(dataset: Dataset, split: SplitName, index: int, *, run: str | None = None) -> None:
    """Go to Explain with one picture, and with one model if ``run`` names it; the script ends here."""
    # What Explain's widgets remember would win over a URL value that equals their default.
    for remembered in ("source", "split", "index", "model", "target"):
        st.session_state.pop(remembered, None)
    query = {"data": dataset.key, "split": split, "index": str(index)}
    st.switch_page(PAGES["explain"].file, query_params=query | ({"run": run} if run else {}))
