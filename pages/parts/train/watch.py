"""Watching runs on the Train page: which one is shown, and how it follows what happens in its folder."""

import streamlit as st

from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.hardware.devices import list_devices
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.slots import cluster_problem
from cifar_core.scheduling.submit import take_up_queue
from cifar_core.views.train.live import (
    begins,
    build_train_view,
    first_to_watch,
    of_other_pictures,
    run_options,
)
from cifar_core.views.train.monitor import build_monitor
from cifar_core.words.markdown import plain
from pages.parts.frame import account, session, tidy
from pages.parts.train import live
from pages.parts.train.network import draw_page_anew
from pages.parts.train.queue import SECONDS_AT_FIRST

BEGINS = "somebody may be waiting for the first points"
SECONDS = 1.0
"""Between two looks at what is under way."""


def watch(store: RunStore, runs: tuple[Run, ...], dataset: Dataset) -> None:
    """Draw the choice of the run to watch, and the run; while any is under way, look again and again."""
    run_id = _choose_run(runs, dataset)
    if remark := next((of_other_pictures(run, dataset) for run in runs if run.id == run_id), None):
        st.caption(f":material/info: {plain(remark)}")
    under_way = _under_way(runs, run_id)
    seconds = SECONDS_AT_FIRST if (run_id, BEGINS) in under_way else SECONDS
    st.fragment(_draw, run_every=seconds if under_way else None)(store, run_id, under_way)


def _choose_run(runs: tuple[Run, ...], dataset: Dataset) -> str:
    """Draw the choice of the run to watch; it lives in the URL as ``?run=``."""
    labels = run_options(runs)
    asked = st.query_params.get("run")
    if asked is not None and asked not in labels:
        st.warning(f"There is no run “{plain(asked, 80)}”, so another one is shown.", icon=":material/info:")
    shown = asked if asked in labels else first_to_watch(runs, dataset).id
    # A key for each run: the live part asks the server every second, and a browser that has not yet heard of a
    # change would set one key back to the run shown before.
    chosen = st.selectbox(
        "Run", list(labels), list(labels).index(shown), format_func=labels.__getitem__, key=f"run_{shown}"
    )
    if chosen != asked:
        st.query_params["run"] = chosen
    if chosen != shown:
        st.rerun()
    return chosen


def _draw(store: RunStore, run_id: str, drawn: frozenset[object]) -> None:
    """Draw one run and what else is under way."""
    account.require_user_still()
    runs = recent_runs(store)
    if any(run.active for run in runs):
        take_up_queue(store)
        if problem := cluster_problem(session.current_settings()):
            st.warning(plain(problem), icon=":material/cloud_off:")
    if _under_way(runs, run_id) != drawn:
        draw_page_anew()  # A run began or ended: queue, other runs and clock are drawn anew with the page.
    try:
        run = next((run for run in runs if run.id == run_id), None) or store.get(run_id)
        view = build_train_view(run, runs, user=store.user)
        live.draw_head(view.run, store)
    except CifarLabError as problem:  # A fragment's own reruns do not pass through the router.
        st.error(plain(str(problem)), icon=":material/error:")
        return
    live.draw_outcome(view.run)
    live.draw_progress(view.run, build_monitor(run, list_devices(), session.monitor()))
    live.draw_others(view)
    tidy.tidy_up()


def _under_way(runs: tuple[Run, ...], run_id: str) -> frozenset[object]:
    """Return what the page must be drawn anew for when it changes."""
    # One that begins is drawn here alone, until its second point: the page around it would keep the first one waiting.
    return frozenset(
        (run.id, BEGINS) if run.id == run_id and begins(run) else (run.id, run.status, run.heartbeat is None)
        for run in runs
        if run.active
    )
