"""How the pages look: light or dark, and large for a projector."""

from pathlib import Path

import streamlit as st

from cifar_core.words.address import unknown_sentence
from cifar_core.words.markdown import plain

ON = "on"
_HERE = Path(__file__).parent
_THEMES = (("light", "Light"), ("dark", "Dark"), ("system", "System"))
_switch = st.components.v2.component(
    "cifar_lab_look_switch",
    html='<div class="themes" role="group" aria-label="Theme">{}</div>'.format(
        "".join(f'<button type="button" value="{value}">{word}</button>' for value, word in _THEMES)
    ),
    css=(_HERE / "look_switch.css").read_text(encoding="utf-8"),
    js=(_HERE / "look_switch.js").read_text(encoding="utf-8"),
)


def read_address() -> None:
    """Take from the URL, before anything is written into it, whether the pages are large for a projector."""
    asked = st.query_params.get("projector")
    # A change of page empties the address, and the session remembers; any other address says what it means.
    if asked is not None or "data" in st.query_params:
        st.session_state["projected"] = asked == ON


def is_projected() -> bool:
    """Tell whether the pages are large for a projector."""
    return bool(st.session_state.get("projected"))


def draw_look() -> None:
    """Draw the switches; in the sidebar, which a projector does not show."""
    on, asked = is_projected(), st.query_params.get("projector")
    if on and asked is None:
        st.query_params["projector"] = ON
    if asked not in (None, ON):
        del st.query_params["projector"]
        st.warning(plain(unknown_sentence("projector", asked, [ON])), icon=":material/link_off:")
    _switch(key="look", data={"projector": on})
    st.button(
        "Projector",
        key="project",
        icon=":material/present_to_all:",
        type="tertiary",
        on_click=_project,
        args=(True,),
        help="Larger type, no side bar, one thing a screen. For a wall, or for tired eyes.",
    )


def in_address() -> dict[str, str]:
    """Return what a link to another page has to say of the look."""
    return {"projector": ON} if is_projected() else {}


def draw_way_back() -> None:
    """Draw the button that ends the look of a projector, where the sidebar is not."""
    if is_projected():
        with st.container(key="projector_end", width="content"):
            icon = ":material/close_fullscreen:"
            st.button("End projector", key="end_projector", icon=icon, on_click=_project, args=(False,))


def _project(on: bool) -> None:
    st.session_state["projected"] = on
    if on:
        st.query_params["projector"] = ON
    else:
        st.query_params.pop("projector", None)
