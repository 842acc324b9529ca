"""The heat map in numbers, and the choice of layer, method and colours."""

import streamlit as st

from cifar_core.charts.heatmap import heatmap_figure
from cifar_core.charts.numbers import map_numbers
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.registry import METHODS
from cifar_core.explain.overlay import COLOR_MAPS, ColorMap
from cifar_core.views.explain.answer import ExplainView
from pages.parts.frame.address import kept
from pages.parts.frame.chart import draw_chart
from pages.parts.frame.part import draw_part


def draw_details(view: ExplainView, heatmap: Heatmap, color_map: ColorMap) -> None:
    """Draw the heat map's scale, and what it is computed from and coloured with."""
    title = "The heat map in numbers, at other layers, by other methods, in other colours"
    part = draw_part(title, key="numbers_part", icon=":material/grid_on:")
    colours = kept("colours", COLOR_MAPS, COLOR_MAPS[0])  # in the address, open or not
    if part is None:
        return
    with part:
        first, middle, second = st.columns([3, 2, 2])
        if heatmap.layer is None:
            cells = METHODS[heatmap.method].cells
            first.caption(f"The cells of this map are the picture's {cells}: no layer is chosen.")
        else:
            sizes = {
                one.name: f"{one.name} · {one.channels} feature maps of {one.height}×{one.width}"
                for one in view.layers
            }
            sizes.setdefault(heatmap.layer, f"the mean of {heatmap.layer.replace(',', ', ')}")
            st.session_state["layer"] = heatmap.layer
            first.selectbox(
                "Layer",
                list(sizes),
                format_func=sizes.__getitem__,
                key="layer",
                on_change=lambda: st.query_params.update(layer=st.session_state["layer"]),
                help="The last layers know most about classes; earlier ones see finer, but know less.",
            )
        st.session_state["method"] = heatmap.method
        middle.selectbox(
            "Method",
            view.methods,
            format_func=lambda method: METHODS[method].title,
            key="method",
            on_change=lambda: st.query_params.update(method=st.session_state["method"]),
            help="\n".join(
                f"- **{one.title}**: {one.summary} Cost: {one.cost}."
                for one in map(METHODS.__getitem__, view.methods)
            ),
        )
        second.selectbox("Colours", COLOR_MAPS, **colours)
        if not heatmap.is_empty:
            draw_chart(
                heatmap_figure(heatmap, color_map=color_map),
                key="heatmap",
                alt=f"Heat map for {view.explained_class}, in percent of its maximum",
                numbers=lambda: map_numbers(heatmap.values),
                fills=True,
            )
            at_layer = heatmap.layer is not None and "," not in heatmap.layer
            cell = "place in the layer's feature maps"
            if not at_layer:
                cell = (
                    "patch of the picture" if METHODS[heatmap.method].at_patches else "pixel of the picture"
                )
            st.caption(
                f"Each cell is one {cell}: 100% is the strongest evidence in this picture, "
                "0% is none. Two pictures have different maxima, so their colours cannot be compared. "
                f"{view.scale_sentence}"
            )
