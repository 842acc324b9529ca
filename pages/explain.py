"""Explain: one picture, what a network says of it, and where it looked."""

import contextlib

import streamlit as st

from cifar_core.charts.heatmap import heatmap_figure
from cifar_core.charts.probabilities import probability_bars
from cifar_core.errors import CifarLabError
from cifar_core.explain.overlay import COLOR_MAPS, ColorMap
from cifar_core.views.explain import ExplainView, build_explain_view, missing_model, model_choices
from cifar_core.words.markdown import plain
from pages.parts.explain.controls import DATA_SET, choose_model, choose_subject, draw_wall
from pages.parts.frame.pages import PAGES
from pages.parts.frame.router import hand_over
from pages.parts.frame.session import current_dataset, inference_service, run_store

PLAIN = {"displayModeBar": False}


def draw_answer(view: ExplainView) -> None:
    """Draw the answer: where the network looked, what it saw, what it says."""
    st.subheader(view.verdict, anchor=False)
    looked, said = st.columns(2, gap="medium")
    with looked:
        if view.overlay is None:
            draw_seen(view)
        else:
            st.image(
                view.overlay,
                width="stretch",
                output_format="PNG",
                alt=f"Heat map for {view.explained_class} over the picture",
            )
        if view.heatmap is None or view.heatmap.is_empty:
            st.info(view.heatmap_sentence, icon=":material/visibility_off:")
        else:
            st.caption(f"**Where it looked.** {view.heatmap_sentence}")
    with said:
        if view.heatmap_picture is not None and view.heatmap is not None:
            rows, columns = view.heatmap.values.shape
            saw, native = st.columns(2)
            with saw:
                draw_seen(view)
            native.image(
                view.heatmap_picture,
                width="stretch",
                output_format="PNG",
                alt="Heat map at its own resolution",
            )
            native.caption(f"**Heat map** as it was computed: {rows}×{columns}.")
        st.plotly_chart(probability_bars(view.bars), key="probabilities", config=PLAIN)
        st.caption("**What it says:** the longer the bar, the surer it is. Sure is not the same as right.")
        for note in view.notes:
            st.caption(f":material/info: {plain(note)}")


def draw_seen(view: ExplainView) -> None:
    """Draw the picture in the pixels that the network gets."""
    st.image(
        view.network_picture, width="stretch", output_format="PNG", alt="The picture as the network sees it"
    )
    st.caption("**What it sees:** exactly these 32×32 pixels.")


def draw_look(view: ExplainView) -> None:
    """Draw what changes the look of the heat map, and the button that saves it."""
    if view.download is None:
        return
    look, colours, save = st.columns([5, 3, 2], vertical_alignment="bottom")
    look.slider("Heat map over picture", 0, 100, 50, format="%d%%", key="opacity")
    colours.selectbox("Colours", COLOR_MAPS, key="colours")
    save.download_button(
        "Save PNG", view.download, view.download_name, "image/png", icon=":material/download:", key="save"
    )


def draw_details(view: ExplainView, layer_key: str, color_map: ColorMap) -> None:
    """Draw the heat map with its scale, and the choice of layer."""
    if view.heatmap is None:
        return
    with st.expander("The heat map in numbers, and at other layers", icon=":material/grid_on:"):
        names = [layer.name for layer in view.layers]
        sizes = {
            one.name: f"{one.name} · {one.channels} maps of {one.height}×{one.width}" for one in view.layers
        }
        st.selectbox(
            "Layer",
            names,
            index=names.index(view.heatmap.layer),
            format_func=sizes.__getitem__,
            key=layer_key,
            help="The last convolution knows most about classes; earlier ones see finer, but know less.",
        )
        if not view.heatmap.is_empty:
            st.plotly_chart(heatmap_figure(view.heatmap, color_map=color_map), key="heatmap", config=PLAIN)
            st.caption(
                "Each cell is one place in the layer's maps: 100% is the strongest evidence in this picture, 0% "
                "is none. Two pictures have different maxima, so their colours cannot be compared. "
                f"Here 100% stands for {view.heatmap.maximum:.3g} (mean gradient of the logit times activation)."
            )


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
try:
    subject = choose_subject(dataset)
    if subject is None:
        st.info("Upload any picture: PNG, JPEG, WebP, GIF or BMP, up to 10 MB.", icon=":material/upload:")
    else:
        service, layer_key = inference_service(), f"layer_{model.run_id}"
        color_map = st.session_state.get("colours", COLOR_MAPS[0])
        starting = st.spinner("Starting the explanation process: TensorFlow is loading …", show_time=True)
        with contextlib.nullcontext() if service.ready else starting:
            view = build_explain_view(
                service,
                model,
                subject,
                target=target,
                layer=st.session_state.get(layer_key),
                opacity=st.session_state.get("opacity", 50) / 100,
                color_map=color_map,
            )
        draw_answer(view)
        draw_look(view)
        draw_details(view, layer_key, color_map)
except CifarLabError as problem:
    st.error(plain(str(problem)), icon=":material/error:")
if st.session_state["source"] == DATA_SET:
    draw_wall(dataset)
