"""“Side by side” on Explain: the same picture for several models, for several classes of one, and those that follow."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.data.dataset import Dataset
from cifar_core.errors import ExplainError
from cifar_core.explain.result import Explanation
from cifar_core.runs.run import Run
from cifar_core.views.explain import beside as views
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.uploads import Chosen
from cifar_core.views.walk import Walk
from cifar_core.words.address import unknown_sentence
from cifar_core.words.markdown import plain
from pages.parts.explain.beside_rows import draw_following, draw_one, draw_together, tell
from pages.parts.explain.controls import DATA_SET
from pages.parts.frame import address, session
from pages.parts.frame.part import draw_part

MODELS, CLASSES, MORE = "beside", "why", "more"
NARROWEST = 3
"""Columns, at least: two pictures of half the width would not fit on the screen with their words."""


def draw_beside(
    answer: Explanation,
    model: ModelChoice,
    asked: views.Asked,
    choices: Sequence[ModelChoice],
    runs: Sequence[Run],
    chosen: Chosen,
    walk: Walk | None,
    dataset: Dataset,
) -> None:
    """Draw the choice, and beneath it a row of models, one of classes and one of pictures, as far as any are chosen."""
    models = views.others(st.query_params.get_all(MODELS), model.run_id)
    named = tuple(dict.fromkeys(name for name in st.query_params.get_all(CLASSES) if name))
    classes = tuple(name for name in named if name in model.class_names)[: views.MOST]
    of_dataset = st.session_state["source"] == DATA_SET
    title = "Side by side: other models, other classes, other pictures"
    more_asked = of_dataset and st.query_params.get(MORE)
    wanted = bool(models or named or more_asked or chosen.together)
    part = draw_part(title, key="beside_part", icon=":material/view_column:", asked=wanted)
    if part is None:
        return
    with part:
        for name in named:
            if name not in model.class_names:
                st.warning(
                    plain(unknown_sentence(CLASSES, name, model.class_names)), icon=":material/link_off:"
                )
        left, right, last = st.columns([3, 3, 1])
        labels = {one.run_id: one.label for one in choices if one.run_id != model.run_id}
        _choose(left, MODELS, "Other models", models, labels, views.MOST - 1)
        _choose(right, CLASSES, "Why", classes, {name: name for name in model.class_names}, views.MOST)
        more = 0
        if of_dataset:
            more = last.number_input(
                "More pictures",
                0,
                views.MOST - 1,
                help="The next ones, of the set on screen or of the split.",
                **address.named(MORE, range(views.MOST), 0),
            )
        if not (models or classes or more or chosen.together):
            st.caption(
                "The same picture as other models see it, or what speaks for one class and for another in it."
            )
        pictures = 1 + more if of_dataset else min(views.MOST, len(chosen.together))
        columns = max(NARROWEST, 1 + len(models), len(classes), pictures)
        if models:
            st.caption(f"**The same pixels for each model.** {views.OWN_SCALES}")
            places = st.columns(columns)
            draw_one(places[0], views.drawn_beside(answer, model, asked), "beside_0")
            for number, run_id in enumerate(models, start=1):
                place = places[number]
                bar = place.empty()
                told = partial(tell, bar)
                shown = views.beside_model(run_id, choices, runs, asked, session.answers(), told)
                bar.empty()
                draw_one(place, shown, f"beside_{number}")
        if classes:
            _draw_classes(answer, model, asked, classes, columns)
        if more:
            index, split = int(st.session_state["index"]), st.session_state["split"]
            coming = views.following(dataset, split, index, walk, more)
            draw_following(answer, model, asked, coming, columns)
        if chosen.together:
            draw_together(answer, model, asked, chosen, columns)


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
    own = switch.toggle("A scale for each", **address.bound("own_scales", ["true", "false"]))
    layer = None if answer.heatmap is None else answer.heatmap.layer
    bar = st.empty()
    try:
        question = views.question_about_classes(model, classes, asked, layer)
        found = session.answers().ask(question, partial(tell, bar))
    except ExplainError as problem:
        bar.error(plain(str(problem)), icon=":material/error:")
        return
    bar.empty()
    scale, drawn = views.beside_classes(found, model, asked, own_scales=own)
    said.caption(f"**The same model for each class.** {scale}")
    places = st.columns(columns)
    for number, one in enumerate(drawn):
        draw_one(places[number], one, f"beside_why_{number}")
