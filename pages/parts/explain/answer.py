"""The Explain page's answer: where the network looked, what it saw, what it says."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.charts.probabilities import probability_bars
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.overlay import COLOR_MAPS, OPACITY, ColorMap
from cifar_core.views.explain.answer import ExplainView
from cifar_core.views.explain.overlay import heat_png, overlay_png, picture_file
from cifar_core.views.subject import Subject
from cifar_core.words.markdown import plain
from pages.parts.explain.fade import draw_fade
from pages.parts.explain.sight import draw_sight
from pages.parts.frame.address import bound, kept
from pages.parts.frame.chart import draw_chart


def draw_answer(view: ExplainView, unlike: str | None = None) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Draw the answer; return the places of the overlay, and of what changes its look, beneath it.

    ``unlike`` says that the picture looks like none of the classes, if it does.
    """
    st.header(view.verdict, anchor=False)
    if unlike:
        st.warning(unlike, icon=":material/help:")
    looked, said = st.columns([2, 3], gap="medium")
    with looked:
        overlay = st.container(key=None if view.heatmap is None else "square_overlay")
        look = st.container()
        if view.heatmap is None:
            _draw_seen(view)
        if view.heatmap is None or view.heatmap.is_empty:
            st.info(view.heatmap_sentence, icon=":material/visibility_off:")
            if view.other_is_worth_asking:
                st.button(
                    "What speaks against the other class?",
                    key="ask_margin",
                    icon=":material/compare_arrows:",
                    on_click=lambda: st.query_params.update(score="margin"),
                )
        else:
            st.caption(f"**Where it looked.** {view.heatmap_sentence}")
    with said:
        if view.heatmap_picture is not None and view.heatmap is not None:
            rows, columns = view.heatmap.values.shape
            saw, native = st.columns(2)
            with saw:
                _draw_seen(view)
            with native.container(gap="xsmall"):
                with st.container(key="square_map"):
                    st.image(
                        view.heatmap_picture,
                        width="stretch",
                        output_format="PNG",
                        alt="Heat map at its own resolution",
                    )
                st.image(
                    view.scale_picture, width="stretch", output_format="PNG", alt="Colours of the heat map"
                )
                framed = " **Point at a cell** to see what it sees." if view.sight else ""
                st.caption(f"**Heat map**, {rows}×{columns}: no evidence … most.{framed}")
                draw_sight(view)
        draw_chart(
            probability_bars(view.bars), key="probabilities", alt="What the network says of the picture"
        )
        coloured = (
            " Blue is right, orange wrong; the true class has a frame." if view.true_class_known else ""
        )
        st.caption(
            "**What it says:** the longer the bar, the surer it is (confidence). Sure is not the same as right "
            f"(calibration).{coloured}"
        )
        for note in view.notes:
            st.caption(f":material/info: {plain(note)}")
    return overlay, look


def _draw_seen(view: ExplainView) -> None:
    """Draw the picture in the pixels that the network gets."""
    with st.container(gap="xsmall"):
        with st.container(key="square_seen"):
            st.image(
                view.network_picture,
                width="stretch",
                output_format="PNG",
                alt="The picture as the network sees it",
            )
        st.caption(f"**What it sees:** exactly these 32×32 pixels. {view.blind_sentence}")


def chosen_color_map() -> ColorMap:
    """Return the colours that are chosen, or will be when they are offered for the first time."""
    chosen = st.query_params.get("colours")
    return chosen if chosen in COLOR_MAPS else COLOR_MAPS[0]


def draw_look(
    place: DeltaGenerator, view: ExplainView, subject: Subject, heatmap: Heatmap, color_map: ColorMap
) -> None:
    """Draw the overlay into its place, and here what changes its look and the button that saves it.

    The picture and the heat map are two images, one upon the other: the browser fades the upper one by itself.
    """
    picture, heat = place.empty(), place.empty()
    heat.image(
        heat_png(subject, heatmap, color_map=color_map),
        width="stretch",
        output_format="PNG",
        alt=f"Heat map for {view.explained_class} over the picture",
    )
    _draw_look(picture, view, subject, heatmap, color_map)


@st.fragment
def _draw_look(
    place: DeltaGenerator, view: ExplainView, subject: Subject, heatmap: Heatmap, color_map: ColorMap
) -> None:
    """Draw the picture into its place, and here what changes the look. A fragment: the rest of the page stays."""
    move, side = st.columns([3, 2], vertical_alignment="top")
    opacity = move.slider(
        "Heat map over picture",
        0,
        100,
        format="%d%%",
        **kept("opacity", range(101), round(100 * OPACITY)),
        help="How much it covers where there is most evidence. Where there is less, more of the picture is seen.",
    )
    hard = side.toggle(
        "Hard pixels",
        **bound("hard_pixels", ["true", "false"]),
        help="Off: interpolated, as people see best. On: the pixels as they are.",
    )
    file, kind = picture_file(subject, smooth=not hard)
    place.image(file, width="stretch", output_format=kind, alt="The picture")
    with move:
        draw_fade(opacity)

    def whole() -> bytes:
        return overlay_png(subject, heatmap, opacity=opacity / 100, color_map=color_map, smooth=not hard)

    side.download_button(
        "Save PNG", whole, view.download_name, "image/png", icon=":material/download:", key="save"
    )
