"""Accuracy against parameters, operations and time."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from cifar_core.charts.cost import cost_figure
from cifar_core.charts.selection import clicked_index
from cifar_core.views.compare.cost import COSTS, PARAMETERS, TIME, build_cost, cost_columns, ticked_with
from cifar_core.views.compare.lines import Line
from cifar_core.words.markdown import plain
from pages.parts.frame.address import bound
from pages.parts.frame.chart import draw_chart


def draw_cost(lines: Sequence[Line], ticked: Sequence[str]) -> None:
    """Draw what the accuracy of every run costs; a click on a mark ticks it."""
    cost = st.segmented_control(
        "Cost",
        COSTS,
        default=PARAMETERS,
        required=True,
        format_func=str.capitalize,
        **bound("cost", COSTS, str.capitalize),
        label_visibility="collapsed",
    )
    view = build_cost(lines, cost, ticked)
    if view.points:
        draw_chart(
            cost_figure(view.points, cost, is_time=cost == TIME),
            # Another key after each click: a selection that stays would tick again with the next one.
            key=f"cost_{cost}_{'_'.join(ticked)}",
            alt=f"Accuracy against {cost}",
            numbers=lambda: cost_columns(view, cost),
            fills=True,
            on_select=partial(_tick, f"cost_{cost}_{'_'.join(ticked)}", view.ids, list(ticked)),
            selection_mode="points",
        )
    else:
        st.info(
            f"No run on these pictures has both a test accuracy and known {cost}.",
            icon=":material/hide_source:",
        )
    for sentence in view.sentences:
        st.caption(plain(sentence))
    st.caption(
        "How to read it: further left is cheaper, higher is better. Upward, each halving of the mistakes takes the "
        "same height. **Click a mark to compare the run**, or to take it off."
    )


def _tick(key: str, ids: Sequence[str], ticked: list[str]) -> None:
    number = clicked_index(st.session_state[key])
    if number is not None and number < len(ids):
        st.query_params["runs"] = ticked_with(ticked, ids[number]) or [""]
