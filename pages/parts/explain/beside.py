"""“Side by side” on Explain: the same picture for several models, and for several classes of one."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.errors import ExplainError
from cifar_core.explain.result import Explanation
from cifar_core.runs.run import Run
from cifar_core.views.explain import beside as views
from cifar_core.views.explain.models import ModelChoice
from cifar_core.words.address import unknown_sentence
from cifar_core.words.markdown import plain
from pages.parts.frame import session
from pages.parts.frame.address import bound

MODELS, CLASSES = "beside", "why"
NARROWEST = 3
"""Columns, at least: two pictures of half the width would not fit on the screen with their words."""


def draw_beside(
    answer: Explanation,
    model: ModelChoice,
    asked: views.Asked,
    choices: Sequence[ModelChoice],
    runs: Sequence[Run],
) -> None:
    """Draw the choice, and beneath it a row of models and one of classes, as far as any are chosen."""
    models = views.others(st.query_params.get_all(MODELS), model.run_id)
    named = tuple(dict.fromkeys(name for name in st.query_params.get_all(CLASSES) if name))
    classes = tuple(name for name in named if name in model.class_names)[: views.MOST]
    title = "Side by side: other models, other classes"
    with st.expander(title, icon=":material/view_column:", expanded=bool(models or named), key="beside_part"):
        for name in named:
            if name not in model.class_names:
                st.warning(
                    plain(unknown_sentence("class", name, model.class_names)), icon=":material/link_off:"
                )
        left, right = st.columns(2)
        labels = {one.run_id: one.label for one in choices if one.run_id != model.run_id}
        _choose(left, MODELS, "Other models", models, labels, views.MOST - 1)
        _choose(right, CLASSES, "Why", classes, {name: name for name in model.class_names}, views.MOST)
        if not (models or classes):
            st.caption(
                "The same picture as other models see it, or what speaks for one class and for another in it."
            )
        columns = max(NARROWEST, 1 + len(models), len(classes))
        if models:
            st.caption(f"**The same pixels for each model.** {views.OWN_SCALES}")
            places = st.columns(columns)
            _draw(places[0], views.drawn_beside(answer, model, asked), "beside_0")
            for number, run_id in enumerate(models, start=1):
                place = places[number]
                bar = place.empty()
                told = partial(_tell, bar)
                shown = views.beside_model(run_id, choices, runs, asked, session.answers(), told)
                bar.empty()
                _draw(place, shown, f"beside_{number}")
        if classes:
            _draw_classes(answer, model, asked, classes, columns)


def _choose(
    place: DeltaGenerator, name: str, label: str, chosen: Sequence[str], labels: dict[str, str], most: int
) -> None:
    """Draw the choice of what the address names, once for each; what is not on this machine can be taken off."""
    st.session_state[name] = list(chosen)
    place.multiselect(
        label,
        [*labels, *(one for one in chosen if one not in labels)],
        format_func=lambda one: labels.get(one, one),
        key=name,
        max_selections=most,
        on_change=lambda: st.query_params.update({name: st.session_state[name]}),
    )


def _draw_classes(
    answer: Explanation, model: ModelChoice, asked: views.Asked, classes: Sequence[str], columns: int
) -> None:
    said, switch = st.columns([3, 1], vertical_alignment="center")
    own = switch.toggle("A scale for each", **bound("own_scales", ["true", "false"]))
    layer = None if answer.heatmap is None else answer.heatmap.layer
    bar = st.empty()
    try:
        question = views.question_about_classes(model, classes, asked, layer)
        found = session.answers().ask(question, partial(_tell, bar))
    except ExplainError as problem:
        bar.error(plain(str(problem)), icon=":material/error:")
        return
    bar.empty()
    scale, drawn = views.beside_classes(found, model, asked, own_scales=own)
    said.caption(f"**The same model for each class.** {scale}")
    places = st.columns(columns)
    for number, one in enumerate(drawn):
        _draw(places[number], one, f"beside_why_{number}")


def _draw(place: DeltaGenerator, one: views.Beside, key: str) -> None:
    if one.overlay is None:
        place.warning(one.sentence, icon=":material/link_off:")
        return
    with place.container(key=f"square_{key}"):  # keeps its height until the picture has come
        st.image(one.overlay, width="stretch", output_format="PNG", alt="Heat map over the picture")
    place.subheader(one.title, anchor=False)
    place.caption(one.sentence)


def _tell(bar: DeltaGenerator, share: float) -> None:
    # Where the page is to be drawn anew, drawing raises, and the work stops.
    bar.progress(min(share, 1.0))
