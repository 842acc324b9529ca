"""The navigation, and who runs the pages."""

from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.frame import account, lean_state, look
from pages.parts.frame.pages import PAGES

_MAY_BE_EMPTY = ("data", "runs")  # no run is ticked

SIDEBAR_WIDTH = 240
"""In pixels; of a laptop's 1280 the contents get the rest."""

lean_state.make_lean()


def navigation() -> Any:
    """Draw the navigation and return the page that was asked for."""
    # The icon is a file of ours: Streamlit would fetch a material icon for the tab from the internet.
    icon = Path(__file__).with_name("icon.svg")
    st.set_page_config(
        page_title="CIFAR Lab", page_icon=icon, layout="wide", initial_sidebar_state=SIDEBAR_WIDTH
    )
    st.session_state["routed"] = True
    # It was off until here: .streamlit/config.toml says why.
    st.set_option("client.showSidebarNavigation", True)
    look.read_address()
    first, *others = PAGES.values()
    return st.navigation(
        [
            st.Page(first.file, title=first.title, icon=first.icon, default=True),
            *(st.Page(page.file, title=page.title, icon=page.icon) for page in others),
        ],
        position="hidden" if not account.is_open() else "top" if look.is_projected() else "sidebar",
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
    empty = [
        name
        for name, value in st.query_params.items()
        if not value and name not in (*_MAY_BE_EMPTY, *st.session_state)
    ]
    if empty:  # Streamlit would take it for “nothing chosen”, also where something always is.
        for name in empty:
            del st.query_params[name]
        st.rerun()
