"""The button that starts what was chosen: at the top of its card, and once for what is pressed twice."""

import time
from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.accounts.limits import check_hours
from cifar_core.errors import CifarLabError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.views.train.cost import LaunchView
from cifar_core.words.markdown import plain

SECONDS_ONCE = 10.0
"""So long after a start, the same one is taken for a second press of a hand that saw nothing happen yet."""


def draw_start(
    place: DeltaGenerator,
    label: str,
    config: TrainingConfig,
    view: LaunchView,
    store: RunStore,
    begin: Callable[[], None],
) -> None:
    """Draw the button, and start when it is pressed.

    Parameters
    ----------
    place : DeltaGenerator
        Where the button stands, and the sentence if it is refused.
    label : str
        What it says.
    config : TrainingConfig
        What is to be trained; with the label it tells a second press from another start.
    view : LaunchView
        How long a run will take.
    store : RunStore
        Where the runs go.
    begin : callable
        Starts, and puts what was started into the address.
    """
    if not place.button(label, key="start", type="primary", icon=":material/play_arrow:", width="stretch"):
        return
    what = (label, config.model_dump_json())
    before, moment = st.session_state.get("last_start", (None, 0.0))
    if what == before and time.monotonic() - moment < SECONDS_ONCE:
        place.caption(
            ":material/info: Started a moment ago. The same settings and the same seed would give the same numbers."
        )
        return
    try:
        check_hours(store.user, store.limits, view.expected_seconds)
        begin()
    except CifarLabError as problem:  # such as a limit: the runs beside it are still to be seen
        place.error(plain(str(problem)), icon=":material/error:")
        return
    st.session_state["last_start"] = (what, time.monotonic())
    st.toast(f"Started: {plain(config.name)}. It goes on in the background.", icon=":material/check:")


def draw_no_start(place: DeltaGenerator) -> None:
    """Draw the button while what was chosen cannot be started; the reason stands beside its settings."""
    place.button("Start", key="start", type="primary", disabled=True, width="stretch")
