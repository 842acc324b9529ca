"""Asking a network about the picture on the Explain page."""

import streamlit as st

from cifar_core.errors import ExplainError
from cifar_core.explain.answer import Answers
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS
from cifar_core.explain.result import Explanation
from cifar_core.views.explain.answer import question_about
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject
from cifar_core.words.address import unknown_sentence
from cifar_core.words.markdown import plain


def ask(answers: Answers, model: ModelChoice, subject: Subject, target: str | None) -> Explanation:
    """Ask by the method and at the layer that the address names; what there is not is said, and the usual one taken."""
    layer, method = st.query_params.get("layer"), _method()
    try:
        (answer,) = answers.ask(question_about(model, subject, target=target, layer=layer, method=method))
    except ExplainError as problem:
        if layer is None:
            raise
        (answer,) = answers.ask(question_about(model, subject, target=target, method=method))
        st.warning(plain(str(problem)), icon=":material/link_off:")
    return answer


def _method() -> str:
    asked = st.query_params.get("method", DEFAULT_METHOD)
    if asked in METHODS:
        return asked
    st.warning(plain(unknown_sentence("method", asked, list(METHODS))), icon=":material/link_off:")
    return DEFAULT_METHOD
