"""Train: start a run in the background and watch it learn."""

import streamlit as st

from pages.parts.frame import session
from pages.parts.frame.router import hand_over
from pages.parts.train import new_run, queue, sweep, watch

hand_over()
st.title(
    "Train", anchor=False
)  # Before the data set is opened: where there is none, the page still has its name.
dataset, store = session.current_dataset(), session.run_store()
watched, settings = st.columns([5, 3], gap="large")
with settings, st.container(border=True):
    new_run.draw_new_run(dataset, store)
runs = session.newest_runs(store)
with settings:
    queue.draw_queue(store, runs, dataset)
with watched:
    if (sweep_id := sweep.choose_sweep(store)) is not None:
        sweep.watch(store, sweep_id)
        st.stop()
    if not runs:
        st.info("There is no run yet. Click Start: it trains in the background, also with this tab closed.")
        st.stop()
    watch.watch(store, runs, dataset)
