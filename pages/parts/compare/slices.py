"""Where one of the chosen runs is worst."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.page import CompareView
from cifar_core.views.compare.slices import HOW, find_slices, slice_columns, slices_sentence
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.markdown import plain
from pages.parts.frame.address import bound
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES
from pages.parts.frame.picture_set import universe_of
from pages.parts.frame.table import table_of


def draw_slices(view: CompareView, within: SetOnScreen | None, dataset: Dataset) -> None:
    """Draw the slices on which a run is worst; a tick opens their pictures."""
    here = {one.id: one.row.label for one in view.compared if one.data.fingerprint == dataset.fingerprint}
    if not here:
        st.info("Slices need the pictures: choose a run that was tested on the data set on screen.")
        return
    run = st.selectbox("Run", list(here), format_func=here.__getitem__, **bound("sliced", list(here)))
    with st.spinner("Measuring the pictures, once …", show_time=True):
        slices = find_slices(universe_of(dataset), run)
    st.markdown(plain(slices_sentence(slices, here[run])))
    if within is not None:
        st.caption("Slices are found among all test pictures, whatever set is on.")
    if not slices:
        return
    number = st.column_config.NumberColumn
    event = st.dataframe(
        table_of(slice_columns(slices, here)),
        hide_index=True,
        key=f"slices_{run}",
        row_height=36,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Accuracy": number(format="%.1f%%"),
            "All others": number(format="%.1f%%", help="Accuracy on all other pictures of the same half."),
            "n": number(format="localized", help="Test pictures of the half on which the slices are judged."),
        },
        alt="The slices on which the run is worst",
    )
    st.caption(f"**Tick a slice** to see the pictures that the run got wrong there. {HOW}")
    if rows := event.selection["rows"]:
        wrong = f"({slices[rows[0]].expression}) and wrong({run})"
        query = on_screen(dataset) | {"set": wrong, "shown_split": "test"}
        st.switch_page(PAGES["dataset"].file, query_params=query)
