"""Explain: one picture, what a network says of it, and where it looked."""

import contextlib

import streamlit as st

from cifar_core.errors import CifarLabError
from cifar_core.views.explain.answer import build_explain_view
from cifar_core.views.explain.beside import Asked
from cifar_core.views.explain.models import missing_model, model_choices
from cifar_core.views.explain.tested import said_in_test
from cifar_core.words.markdown import plain
from pages.parts.explain.alike import draw_alike_subject
from pages.parts.explain.answer import chosen_color_map, draw_answer, draw_look
from pages.parts.explain.asking import ask, choose_score
from pages.parts.explain.beside import draw_beside
from pages.parts.explain.change import choose_change, draw_change
from pages.parts.explain.controls import DATA_SET, HINTS, LIVE, choose_model, choose_subject, draw_choice
from pages.parts.explain.details import draw_details
from pages.parts.explain.inside import draw_inside
from pages.parts.explain.live import draw_live
from pages.parts.explain.surroundings import draw_surroundings
from pages.parts.explain.trust import draw_trust
from pages.parts.explain.unknown import draw_unknown, unlike
from pages.parts.explain.walk import draw_walk, draw_walk_wall
from pages.parts.frame.pages import PAGES
from pages.parts.frame.router import hand_over
from pages.parts.frame.session import answers, current_dataset, inference_service, run_store

hand_over()
title, way = st.columns([1, 4], vertical_alignment="center")
title.title("Explain", anchor=False)
dataset = current_dataset()
runs = run_store().list()
choices = model_choices(runs, dataset)
if not choices:
    st.info("There is no trained model yet. Train one first; a small one takes a minute.")
    st.page_link(PAGES["train"].file, label="Train a model", icon=PAGES["train"].icon)
    st.stop()

which, what = st.columns([3, 5])
with which:
    model = choose_model(choices, lambda asked: missing_model(asked, choices, runs))
# The answer comes before what it is asked for: all of it is on the first screen.
answered, asked = st.container(), st.container(key="asked")
walk = None
try:
    with what:
        chosen = choose_subject(dataset, model)
    if st.session_state["source"] == DATA_SET:
        with way:
            walk = draw_walk(runs, dataset)
    if st.session_state["source"] == LIVE:
        target, score, against = choose_score(model, asked)
        with answered:
            draw_live(model, chosen_color_map(), target, score, against)
    elif chosen is None:
        st.info(HINTS[st.session_state["source"]], icon=":material/upload:")
    else:
        target, score, against = choose_score(model, asked)
        original = chosen.subject
        subject, compared = choose_change(original, model, answers())
        starting = st.spinner("Starting the explanation process: TensorFlow is loading …", show_time=True)
        with contextlib.nullcontext() if inference_service().ready else starting:
            answer = ask(answers(), model, subject, target=target, score=score, against=against)
        color_map = chosen_color_map()
        tested = said_in_test(answer, model, subject, runs, dataset)
        view = build_explain_view(answer, model, subject, color_map=color_map, tested=tested)
        with answered:
            overlay, look = draw_answer(view, unlike(answer, model, runs))
        if view.heatmap is not None:
            with look:
                draw_look(overlay, view, subject, view.heatmap, color_map)
            like = Asked(subject, view.heatmap.method, color_map, target, against, score)
            draw_beside(answer, model, like, choices, runs, chosen, walk, dataset)
            draw_trust(answer, view.heatmap, model, walk, runs, dataset)
            draw_details(view, view.heatmap, color_map)
            draw_surroundings(model, view.heatmap, walk, dataset, color_map)
        draw_inside(model, subject, walk, dataset, color_map)
        draw_unknown(answer, model, runs, dataset)
        if compared is not None:
            before = ask(answers(), model, original, target=target, score=score, against=against)
            draw_change(compared, original, before, subject, answer, model)
        draw_alike_subject(original, model, runs, dataset)
except CifarLabError as problem:
    st.error(plain(str(problem)), icon=":material/error:")
if st.session_state["source"] == DATA_SET:
    if walk is None:
        draw_choice(dataset)
    else:
        draw_walk_wall(walk, dataset)
