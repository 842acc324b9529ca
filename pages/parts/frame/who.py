"""The name of who is at the screen, in the sidebar."""

import streamlit as st

from cifar_core.accounts.limits import usage_sentence
from cifar_core.runs.disk_usage import usage_of
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.store import RunStore
from cifar_core.words.markdown import plain
from pages.parts.frame.account import is_alone


def draw_who(store: RunStore) -> None:
    """Draw who is logged in and what is used; where nobody can log in, warn if others reach this server."""
    user = store.user
    if user is None:
        if not is_alone():
            st.warning(
                "There are no logins: anybody who can reach this address may start, stop and delete runs. "
                "docs/class-server.md tells how to set up a class.",
                icon=":material/lock_open:",
            )
        return
    with st.container(gap="xsmall"):
        st.caption("Instructor" if user.is_instructor else "Student")
        st.text(user.name, help=plain(user.id))
        if store.limits is not None and not user.is_instructor:
            st.caption(usage_sentence(usage_of(user, recent_runs(store)), store.limits))
        if st.button("Log out", key="log_out", icon=":material/logout:"):
            st.logout()
