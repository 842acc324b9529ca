"""Explain: one picture, what a network says of it, and where it looked."""

import contextlib

import streamlit as st

from cifar_core.errors import CifarLabError
from cifar_core.views.explain import build_explain_view, missing_model, model_choices, question_about
from cifar_core.views.subject import UPLOAD_HINT
from cifar_core.words.markdown import plain
from pages.parts.explain.answer import chosen_color_map, draw_answer, draw_details, draw_look
from pages.parts.explain.controls import DATA_SET, choose_model, choose_subject, draw_wall
from pages.parts.explain.walk import draw_walk, draw_walk_wall
from pages.parts.frame.pages import PAGES
from pages.parts.frame.router import hand_over
from pages.parts.frame.session import answers, current_dataset, inference_service, run_store

hand_over()
st.title("Explain", anchor=False)
dataset = current_dataset()
runs = run_store().list()
choices = model_choices(runs, dataset)
if not choices:
    st.info("There is no trained model yet. Train one first; a small one takes a minute.")
    st.page_link(PAGES["train"].file, label="Train a model", icon=PAGES["train"].icon)
    st.stop()

if missing := missing_model(st.query_params.get("run"), choices, runs):
    st.info(missing, icon=":material/swap_horiz:")
left, right = st.columns([6, 4])
with left:
    model = choose_model(choices)
target = right.selectbox(
    "Heat map for",
    model.class_names,
    index=None,
    placeholder="the class it says",
    key="target",
    bind="query-params",
)
walk = None
try:
    subject = choose_subject(dataset, model)
    walk = draw_walk(runs, dataset) if st.session_state["source"] == DATA_SET else None
    if subject is None:
        st.info(UPLOAD_HINT, icon=":material/upload:")
    else:
        layer_key = f"layer_{model.run_id}"
        question = question_about(model, subject, target=target, layer=st.session_state.get(layer_key))
        starting = st.spinner("Starting the explanation process: TensorFlow is loading …", show_time=True)
        with contextlib.nullcontext() if inference_service().ready else starting:
            (answer,) = answers().ask(question)
        color_map = chosen_color_map()
        view = build_explain_view(answer, model, subject, color_map=color_map)
        overlay = draw_answer(view)
        if view.heatmap is not None:
            draw_look(overlay, view, subject, view.heatmap, color_map)
            draw_details(view, view.heatmap, layer_key, color_map)
except CifarLabError as problem:
    st.error(plain(str(problem)), icon=":material/error:")
if st.session_state["source"] == DATA_SET:
    if walk is None:
        draw_wall(dataset)
    else:
        draw_walk_wall(walk, dataset)
