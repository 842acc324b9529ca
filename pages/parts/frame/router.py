"""The list of pages, and who runs them."""

from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.frame import account


def navigation() -> Any:
    """Draw the navigation and return the page that was asked for."""
    # The icon is a file of ours: Streamlit would fetch a material icon for the tab from the internet.
    icon = Path(__file__).with_name("icon.svg")
    st.set_page_config(page_title="CIFAR Lab", page_icon=icon, layout="wide")
    st.session_state["routed"] = True
    # It was off until here: .streamlit/config.toml says why.
    st.set_option("client.showSidebarNavigation", True)
    return st.navigation(
        [
            st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
            st.Page("pages/dataset.py", title="Data set", icon=":material/photo_library:"),
            st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
            st.Page("pages/compare.py", title="Compare", icon=":material/compare:"),
            st.Page("pages/explain.py", title="Explain", icon=":material/visibility:"),
        ],
        position="sidebar" if account.is_open() else "hidden",
    )


def hand_over() -> None:
    """Let ``app.py`` run the page, if Streamlit opened it directly; the first line of every page.

    Nobody gets past it without a login, where logins are configured.

    Where a folder is called ``pages``, a fresh server takes its files for the whole program until the first
    ``st.navigation``: somebody whose first visit is a link to a page would see it without app.py around it.
    """
    if "routed" not in st.session_state:
        navigation()
        st.rerun()
    account.require_user()
