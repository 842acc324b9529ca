"""Another name for one of the ticked runs."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.errors import CifarLabError
from cifar_core.names import MOST_CHARACTERS
from cifar_core.runs.permissions import may_change
from cifar_core.runs.rename import rename_run
from cifar_core.runs.store import RunStore
from cifar_core.views.compare.table import RunRow
from cifar_core.words.markdown import plain


def draw_rename(store: RunStore, ticked: Sequence[RunRow]) -> None:
    """Draw a new name for those runs that whoever is at the screen may change; nothing where there is none."""
    labels = {row.id: row.label for row in ticked if may_change(store.user, row.run)}
    if not labels:
        return
    with st.popover("Rename", key="rename", icon=":material/edit:"):
        run_id = st.selectbox("Run", list(labels), format_func=labels.__getitem__, key="rename_run")
        name = next(row.run.name for row in ticked if row.id == run_id)
        new = st.text_input("New name", name, key=f"rename_to_{run_id}", max_chars=MOST_CHARACTERS)
        if not st.button("Rename", key="rename_save"):
            return
        try:
            rename_run(store, run_id, new)
        except CifarLabError as problem:
            st.error(plain(str(problem)), icon=":material/error:")
            return
        st.rerun()
