"""What excites a channel most: the pictures at which it answers strongest."""

from functools import partial

import streamlit as st

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.views.explain import excited as views
from cifar_core.views.walk import Walk
from cifar_core.words.counts import counted
from pages.parts.frame import session
from pages.parts.frame.links import show_picture
from pages.parts.frame.map_work import draw_progress
from pages.parts.frame.wall import draw_wall


@st.cache_resource(show_spinner=False)
def excited_pictures() -> views.ExcitedPictures:
    """Return what looks through pictures on this server, for all sessions."""
    return views.ExcitedPictures()


def draw_excited(channel: int, asked: views.ExcitingAsked, walk: Walk | None, dataset: Dataset) -> None:
    """Draw them where they were looked for, else the button or the progress."""
    of = "the test pictures" if walk is None else "the picture set on screen"
    if not asked.size:
        st.caption("There is no picture in this set.")
        return
    found = excited_pictures().found(asked)
    if found is None:
        if draw_progress(partial(excited_pictures().progress, asked)):
            st.button(
                "Stop",
                key="inside_stop",
                icon=":material/stop:",
                on_click=excited_pictures().stop,
                args=(asked,),
            )
            return
        st.button(
            f"Look through {counted(asked.size, 'picture')}",
            key="inside_begin",
            icon=":material/image_search:",
            on_click=excited_pictures().begin,
            args=(asked, session.inference_service()),
        )
        return
    wall = views.excited_wall(found, channel, dataset, of)
    st.caption(wall.sentence)
    draw_wall(
        wall.images,
        wall.captions,
        key=f"excited_{asked.key}_{channel}",
        label=f"What excites channel {channel} most",
        columns=8,
        hover=wall.hover,
        frames=wall.frames,
        on_pick=lambda place: _open(*wall.members[place]),
    )


def _open(split: SplitName, number: int) -> None:
    """Put a picture of the data set into the address; for callbacks."""
    st.session_state.pop("source", None)
    st.query_params.pop("source", None)
    st.query_params["split"] = split
    show_picture(number)
