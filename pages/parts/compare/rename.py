"""Another name for one of the ticked lines."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.errors import CifarLabError
from cifar_core.names import MOST_CHARACTERS
from cifar_core.runs.permissions import may_change
from cifar_core.runs.rename import rename
from cifar_core.runs.store import RunStore
from cifar_core.views.compare.lines import Line, name_of, runs_of
from cifar_core.words.markdown import plain


def draw_rename(store: RunStore, ticked: Sequence[Line]) -> None:
    """Draw a new name for those lines that whoever is at the screen may change; nothing where there is none."""
    changeable = [line for line in ticked if all(may_change(store.user, run) for run in runs_of(line))]
    labels = {line.id: line.label for line in changeable}
    if not labels:
        return
    with st.popover("Rename", key="rename", icon=":material/edit:"):
        run_id = st.selectbox("Run", list(labels), format_func=labels.__getitem__, key="rename_run")
        name = next(name_of(line) for line in changeable if line.id == run_id)
        new = st.text_input("New name", name, key=f"rename_to_{run_id}", max_chars=MOST_CHARACTERS)
        if not st.button("Rename", key="rename_save"):
            return
        try:
            rename(store, run_id, new)
        except CifarLabError as problem:
            st.error(plain(str(problem)), icon=":material/error:")
            return
        st.rerun()
