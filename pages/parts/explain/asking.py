"""Asking a network about the picture on the Explain page."""

import streamlit as st

from cifar_core.errors import ExplainError
from cifar_core.explain.answer import Answers
from cifar_core.explain.result import Explanation
from cifar_core.views.explain.answer import question_about
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject
from cifar_core.words.markdown import plain


def ask(answers: Answers, model: ModelChoice, subject: Subject, target: str | None) -> Explanation:
    """Ask at the layer that the address names; where there is no such layer this is said, and the usual one asked."""
    layer = st.query_params.get("layer")
    try:
        (answer,) = answers.ask(question_about(model, subject, target=target, layer=layer))
    except ExplainError as problem:
        if layer is None:
            raise
        (answer,) = answers.ask(question_about(model, subject, target=target))
        st.warning(plain(str(problem)), icon=":material/link_off:")
    return answer
