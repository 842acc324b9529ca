"""One's own saved sets as slices."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.page import CompareView
from cifar_core.views.compare.saved_slices import HOW, saved_sentence, saved_slice_columns, saved_slices
from cifar_core.words.markdown import plain
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES
from pages.parts.frame.picture_set import set_store, universe_of
from pages.parts.frame.table import table_of


def draw_saved_slices(view: CompareView, dataset: Dataset) -> None:
    """Draw how good the ticked runs are on each saved set; a tick opens its pictures."""
    here = {one.id: one.row.label for one in view.compared if one.data.fingerprint == dataset.fingerprint}
    if not here:
        return
    st.header("Your saved sets", anchor=False)
    saved = set_store().read()
    if saved.problem:
        st.warning(plain(saved.problem), icon=":material/broken_image:")
    elif not saved.sets:
        st.caption(
            "None was saved yet: put a set on, on any page, and press *Save*. Then it is a slice here."
        )
    if not saved.sets:
        return
    with st.spinner("Choosing the pictures …", show_time=True):
        slices, notes = saved_slices(saved.sets, universe_of(dataset), here)
    for note in notes:
        st.caption(plain(note))
    if not slices:
        return
    st.markdown(saved_sentence(slices))
    number = st.column_config.NumberColumn
    event = st.dataframe(
        table_of(saved_slice_columns(slices)),
        hide_index=True,
        key="saved_slices",
        row_height=36,
        placeholder="–",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "n": number(format="localized", help="Test pictures of the set."),
            "Accuracy": number(format="%.1f%%"),
            "Difference": number(format="%+.1f", help="In points: the set minus all other test pictures."),
        },
        alt="Accuracy on your saved sets",
    )
    st.caption(f"**Tick a line** to see the set. {HOW}")
    if rows := event.selection["rows"]:
        query = on_screen(dataset) | {"set": slices[rows[0]].expression, "shown_split": "test"}
        st.switch_page(PAGES["dataset"].file, query_params=query)
