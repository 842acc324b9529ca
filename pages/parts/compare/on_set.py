"""What Compare shows of a picture set, and the sets that tell the runs on screen apart."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.views.compare.on_set import set_figures, telling_sets, together_sentence
from cifar_core.views.compare.page import CompareView
from cifar_core.views.picture_map import map_address
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.markdown import plain
from pages.parts.frame.links import on_screen
from pages.parts.frame.pages import PAGES


def draw_figures(view: CompareView) -> None:
    """Draw how often each run was right on the set, with its interval."""
    figures = set_figures(view.compared)
    for column, figure in zip(st.columns(max(3, len(figures))), figures, strict=False):
        column.metric(plain(figure.label), figure.accuracy)
        column.caption(figure.sentence)


def draw_map_links(view: CompareView, shown: SetOnScreen | None, dataset: Dataset) -> None:
    """Link to the map of what each run makes of the test pictures, on the Data set page."""
    here = [one for one in view.compared if one.data.fingerprint == dataset.fingerprint]
    if not here:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="map_links"):
        st.markdown("**Map of test pictures**")
        for one in here:
            query = on_screen(dataset) | map_address(one.row.run, shown)
            label = f"right and wrong: {plain(one.row.label)}"
            st.page_link(
                PAGES["dataset"].file, label=label, icon=":material/scatter_plot:", query_params=query
            )


def draw_telling_sets(view: CompareView, shown: SetOnScreen | None, dataset: Dataset) -> None:
    """Say what the runs are worth together, and link to the pictures that tell them apart, on the Data set page."""
    together = together_sentence(view.compared)
    if together:
        st.caption(plain(together))
    links = telling_sets(view.compared, shown)
    if not links or view.compared[0].data.fingerprint != dataset.fingerprint:
        return
    page = PAGES["dataset"]
    with st.container(horizontal=True, vertical_alignment="center", key="telling_sets"):
        st.markdown("**Pictures**")
        for link in links:
            query = on_screen(dataset) | {"set": link.expression, "shown_split": "test"}
            st.page_link(page.file, label=plain(link.label), icon=page.icon, query_params=query)
