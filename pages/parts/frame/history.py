"""The browser's history: one entry for one action of the person, so that Back returns to what was seen before."""

from pathlib import Path

import streamlit as st

_keep_history = st.components.v2.component(
    "cifar_lab_history", js=Path(__file__).with_name("history.js").read_text(encoding="utf-8")
)


def keep_history() -> None:
    """Watch over the history of this browser tab; draws nothing. ``history.js`` says how and why."""
    _keep_history(key="history", height=1)
