"""Another name for one of the ticked lines, tags and a note."""

from collections.abc import Sequence

import streamlit as st

from cifar_core.errors import CifarLabError
from cifar_core.names import MOST_CHARACTERS
from cifar_core.runs.notes import LONGEST_NOTE, notes_of, split_tags, write_notes
from cifar_core.runs.permissions import may_change
from cifar_core.runs.rename import rename
from cifar_core.runs.store import RunStore
from cifar_core.views.compare.lines import Line, name_of, runs_of, tags_of
from cifar_core.words.markdown import plain
from pages.parts.frame.part import draw_menu


def draw_edit(store: RunStore, ticked: Sequence[Line]) -> None:
    """Draw name, tags and note of those lines that whoever is at the screen may change; nothing where there is none."""
    changeable = {
        line.id: line for line in ticked if all(may_change(store.user, run) for run in runs_of(line))
    }
    if not changeable:
        return
    menu = draw_menu("Edit", key="edit", icon=":material/edit:")
    if menu is None:
        return
    with menu:
        labels = {run_id: line.label for run_id, line in changeable.items()}
        run_id = st.selectbox("Run", list(labels), format_func=labels.__getitem__, key="rename_run")
        line = changeable[run_id]
        new = st.text_input("Name", name_of(line), key=f"rename_to_{run_id}", max_chars=MOST_CHARACTERS)
        renamed = st.button("Rename", key="rename_save")
        tags = st.text_input("Tags, parted by commas", ", ".join(tags_of(line)), key=f"tags_of_{run_id}")
        written = notes_of(runs_of(line)[0]).note
        note = st.text_area("Note", written, key=f"note_of_{run_id}", max_chars=LONGEST_NOTE, height=100)
        noted = st.button("Save tags and note", key="notes_save")
        try:
            if renamed:
                rename(store, run_id, new)
            if noted:
                write_notes(store, run_id, split_tags(tags), note)
        except CifarLabError as problem:
            st.error(plain(str(problem)), icon=":material/error:")
            return
        if renamed or noted:
            st.rerun()
