"""Animal or background? Where the network looks over the set on screen."""

from functools import partial

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.overlay import ColorMap
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.explain.surroundings import (
    SurroundingsAsked,
    SurroundingsStudies,
    mean_map_png,
    surroundings_sentences,
)
from cifar_core.views.picture_set import whole_test_split
from cifar_core.views.walk import Walk
from cifar_core.words.counts import counted
from pages.parts.frame import session
from pages.parts.frame.map_work import draw_progress
from pages.parts.frame.part import draw_part


@st.cache_resource(show_spinner=False)
def studies() -> SurroundingsStudies:
    """Return what looks over many pictures on this server, for all sessions."""
    return SurroundingsStudies()


def draw_surroundings(
    model: ModelChoice, heatmap: Heatmap, walk: Walk | None, dataset: Dataset, color_map: ColorMap
) -> None:
    """Draw what was found over the set on screen, or over the test pictures; a button has it computed."""
    title = "Animal or background? Over many pictures"
    part = draw_part(title, key="surroundings_part", icon=":material/pets:")
    if part is None:
        return
    with part:
        pictures = (
            whole_test_split(dataset, session.current_settings().cache_dir)
            if walk is None
            else walk.shown.pictures
        )
        asked = SurroundingsAsked(model, pictures, heatmap.method, heatmap.layer)
        of = "the test pictures" if walk is None else "the picture set on screen"
        if not asked.size:
            st.caption("There is no picture in this set.")
            return
        found = studies().found(asked)
        if found is None:
            _draw_asking(asked, of)
            return
        left, right = st.columns([1, 3], gap="medium")
        with left:
            st.image(
                mean_map_png(found, color_map),
                width="stretch",
                output_format="PNG",
                alt="Mean of the heat maps",
            )
            st.caption(f"**Mean heat map** of {counted(found.pictures, 'picture')}: no heat … most.")
        right.markdown("\n".join(f"- {sentence}" for sentence in surroundings_sentences(found)))


def _draw_asking(asked: SurroundingsAsked, of: str) -> None:
    if draw_progress(partial(studies().progress, asked)):
        st.button(
            "Stop", key="surroundings_stop", icon=":material/stop:", on_click=studies().stop, args=(asked,)
        )
        return
    st.markdown(
        f"Does it look at the animal, or at what is around it? Over {of}: the mean heat map, its share in the middle "
        "where the answer is right and where it is wrong, and a counter-test that replaces what the maps call "
        "background by another picture's. It takes a minute or so, in the background."
    )
    st.button(
        asked.title,
        key="surroundings_begin",
        icon=":material/travel_explore:",
        on_click=studies().begin,
        args=(asked, session.inference_service()),
    )
