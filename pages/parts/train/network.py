"""The network of the chosen model, drawn in a dialog."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from cifar_core.views.train.network import build_architecture

HOW_TO_READ = (
    "What each layer makes of the picture, from left to right. Boxes are as tall as their feature maps, and wider the "
    "more channels they have; thin bars are lists of values. *Sees*: the pixels on which one value depends, its "
    "receptive field. Point at a box to know more."
)
REPEATED = " The parameters of repeated blocks are those of all repetitions."


def offer_network(model: str, classes: int) -> None:
    """Draw the button that opens the network."""
    said = "Draw the network: layers, output sizes, parameters, receptive field."
    if st.button("Network", key="show_network", icon=":material/schema:", help=said):
        _show(model, classes)


def _show(model: str, classes: int) -> None:
    st.dialog(f"The network {model}", width="large", icon=":material/schema:")(_draw)(model, classes)


def _draw(model: str, classes: int) -> None:
    from cifar_core.charts.network import architecture_figure

    view = build_architecture(model, classes)
    st.markdown(f"{view.summary}.  \n{view.size_sentence}")
    figure = architecture_figure(view.diagram, hover=view.hover, skip_hover=view.skip_hover)
    st.plotly_chart(figure, key="network", config={"displayModeBar": False}, alt=view.description)
    st.caption(HOW_TO_READ + (REPEATED if view.diagram.repeats else ""))
    with st.expander("All layers", icon=":material/table_rows:"):
        st.dataframe(
            pd.DataFrame([asdict(row) for row in view.rows]),
            key="network_layers",
            hide_index=True,
            placeholder="",
            column_config={
                "name": "Layer",
                "kind": "Kind",
                "window": st.column_config.NumberColumn(
                    "Window", help="Side of the kernel, in pixels of the map before it."
                ),
                "step": st.column_config.NumberColumn(
                    "Stride", help="Step from one window to the next, in pixels."
                ),
                "output": "Output",
                "parameters": st.column_config.NumberColumn("Parameters", format="localized"),
                "operations": st.column_config.NumberColumn("Operations", format="localized"),
                "sees": st.column_config.NumberColumn("Sees", help="Side of the receptive field, in pixels."),
                "after": "After",
            },
        )
