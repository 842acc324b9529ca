"""The network of the chosen model, drawn in a dialog."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from cifar_core.models.registry import MODELS
from cifar_core.views.train.network import build_architecture
from cifar_core.words.markdown import plain
from pages.parts.frame.chart import draw_chart

HOW_TO_READ = (
    "What each layer makes of the picture, from left to right. Boxes are as tall as their feature maps, and wider the "
    "more channels they have; thin bars are lists of values. *Sees*: the pixels on which one value depends, its "
    "receptive field. Point at a box to know more."
)
REPEATED = " The parameters of repeated blocks are those of all repetitions."


def offer_network(model: str, classes: int) -> None:
    """Draw the button that opens the network.

    Which one is open stands in the URL as ``?network=``: so it stays open when the page is drawn anew, as when a run
    begins, and Back closes it.
    """
    said = "Draw the network: layers, output sizes, parameters, receptive field."
    st.button(
        "Network", key="show_network", icon=":material/schema:", help=said, on_click=_open, args=(model,)
    )
    shown = st.query_params.get("network")
    if shown is None:
        return
    if shown in MODELS:
        _show(shown, classes)
    else:
        st.warning(f"There is no network “{plain(shown, 80)}”.", icon=":material/info:")


def draw_page_anew() -> None:
    """Draw the whole page anew, but not behind an open network, which would be taken away for a moment.

    For parts that look again and again: closing the network draws the page anew too.
    """
    if "network" not in st.query_params:
        st.rerun()


def _open(model: str) -> None:
    st.query_params["network"] = model


def _close() -> None:
    st.query_params.pop("network", None)


def _show(model: str, classes: int) -> None:
    dialog = st.dialog(f"The network {model}", width="large", icon=":material/schema:", on_dismiss=_close)
    dialog(_draw)(model, classes)


def _draw(model: str, classes: int) -> None:
    from cifar_core.charts.network import architecture_figure

    view = build_architecture(model, classes)
    st.markdown(f"{view.summary}.  \n{view.size_sentence}")
    figure = architecture_figure(view.diagram, hover=view.hover, skip_hover=view.skip_hover)
    rows = [asdict(row) for row in view.rows]
    draw_chart(
        figure,
        key="network",
        alt=view.description,
        name=f"network {model}",
        numbers=lambda: {name: [row[name] for row in rows] for name in rows[0]} if rows else {},
    )
    st.caption(HOW_TO_READ + (REPEATED if view.diagram.repeats else ""))
    with st.expander("All layers", icon=":material/table_rows:", key="all_layers"):
        st.dataframe(
            pd.DataFrame(rows),
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
