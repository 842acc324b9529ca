"""Rows of “Side by side” on Explain: several pictures, each as the network sees it, with its words."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.errors import ExplainError
from cifar_core.explain.result import Explanation
from cifar_core.views.explain import beside as views
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject
from cifar_core.views.uploads import Chosen
from cifar_core.words.markdown import plain
from pages.parts.frame import session


def draw_following(
    answer: Explanation, model: ModelChoice, asked: views.Asked, coming: Sequence[Subject], columns: int
) -> None:
    """Draw the picture on screen and those that follow it."""
    st.caption(f"**The same model for the pictures that follow.** {views.OWN_SCALES}")
    first = views.drawn_beside(answer, model, asked, plain(asked.subject.title))
    if not coming:
        places = st.columns(columns)
        draw_one(places[0], first, "beside_more_0")
        places[1].caption("This is the last one.")
        return
    _draw_rows([first, *_ask_about(coming, answer, model, asked)], columns)


def draw_together(
    answer: Explanation, model: ModelChoice, asked: views.Asked, chosen: Chosen, columns: int
) -> None:
    """Draw all pictures that were uploaded together."""
    st.caption(f"**The same model for all your pictures.** {views.OWN_SCALES}")
    # The one on top is asked about with the others: so their answers are kept whichever of them is on top.
    found = list(_ask_about(chosen.together, answer, model, asked))
    if found:
        found[chosen.place] = views.drawn_beside(answer, model, asked, plain(asked.subject.title))
    _draw_rows(found, columns)


def _ask_about(
    pictures: Sequence[Subject], answer: Explanation, model: ModelChoice, asked: views.Asked
) -> tuple[views.Beside, ...]:
    """Ask about several pictures; what the network cannot say is said here."""
    bar = st.empty()
    layer = None if answer.heatmap is None else answer.heatmap.layer
    try:
        found = views.beside_pictures(pictures, model, asked, layer, session.answers(), partial(tell, bar))
    except ExplainError as problem:
        bar.error(plain(str(problem)), icon=":material/error:")
        return ()
    bar.empty()
    return found


def _draw_rows(found: Sequence[views.Beside], columns: int) -> None:
    """Draw pictures beside each other, and beneath where there are more than a row holds."""
    for start in range(0, len(found), columns):
        for place, one in zip(st.columns(columns), range(start, len(found)), strict=False):
            draw_one(place, found[one], f"beside_more_{one}")


def draw_one(place: DeltaGenerator, one: views.Beside, key: str) -> None:
    """Draw a picture with its words; or why there is none."""
    if one.overlay is None:
        place.warning(one.sentence, icon=":material/link_off:")
        return
    with place.container(key=f"square_{key}"):  # keeps its height until the picture has come
        st.image(one.overlay, width="stretch", output_format="PNG", alt="Heat map over the picture")
    place.subheader(one.title, anchor=False)
    place.caption(one.sentence)


def tell(bar: DeltaGenerator, share: float) -> None:
    """Show how far the network has come."""
    # Where the page is to be drawn anew, drawing raises, and the work stops.
    bar.progress(min(share, 1.0))
