"""Asking a network about the picture on the Explain page: for which class, and by what."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.errors import ExplainError
from cifar_core.explain.answer import Answers
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS
from cifar_core.explain.result import Explanation
from cifar_core.explain.scores import SCORE_TITLES, SCORES, Score
from cifar_core.views.explain.answer import question_about
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject
from cifar_core.words.address import unknown_sentence
from cifar_core.words.markdown import plain
from pages.parts.frame.address import bound, named


def choose_score(model: ModelChoice, place: DeltaGenerator) -> tuple[str | None, Score, str | None]:
    """Draw the choice of the class to find evidence for, of what is scored of it, and of another class.

    ``None`` stands for the class that the network says, and for the most probable other one.
    """
    first, second, third = place.columns(3)
    target: str | None = first.selectbox(
        "Heat map for",
        model.class_names,
        index=None,
        placeholder="the class it says",
        **bound("target", model.class_names),
    )
    score: Score = second.selectbox(
        "Scored",
        SCORES,
        format_func=SCORE_TITLES.__getitem__,
        help="What the heat map explains. The class alone: its logit. Against another: why cat, and not dog.",
        **named("score", SCORES, SCORES[0]),
    )
    if score != "margin":
        return target, score, None
    against: str | None = third.selectbox(
        "And not",
        model.class_names,
        index=None,
        placeholder="the most probable other",
        **bound("against", model.class_names),
    )
    return target, score, against


def ask(
    answers: Answers,
    model: ModelChoice,
    subject: Subject,
    *,
    target: str | None,
    score: Score,
    against: str | None,
) -> Explanation:
    """Ask by the method and at the layer that the address names; what there is not is said, and the usual one taken."""
    layer, method = st.query_params.get("layer"), _method()
    wanted = partial(question_about, model, subject, target=target, score=score, against=against)
    bar = st.empty()

    def told(share: float) -> None:
        # Where the page is to be drawn anew, drawing raises, and the work stops.
        bar.progress(min(share, 1.0), text=f"{METHODS[method].title}: {METHODS[method].cost} …")

    tries = list(dict.fromkeys([(layer, method), (None, method), (None, DEFAULT_METHOD)]))
    refused = ""
    for where, how in tries:
        try:
            (answer,) = answers.ask(wanted(layer=where, method=how), told)
        except ExplainError as problem:
            if (where, how) == tries[-1]:
                raise
            refused = refused or str(problem)
        else:
            break
    bar.empty()
    if refused:
        st.warning(plain(refused), icon=":material/link_off:")
        # It was told once; the picture before a change is asked about in the same way.
        if how != method:
            st.query_params.pop("method", None)
        if where != layer:
            st.query_params.pop("layer", None)
    return answer


def _method() -> str:
    asked = st.query_params.get("method", DEFAULT_METHOD)
    if asked in METHODS:
        return asked
    st.query_params.pop("method", None)  # it is told once
    st.warning(plain(unknown_sentence("method", asked, list(METHODS))), icon=":material/link_off:")
    return DEFAULT_METHOD
