"""Train: start a run in the background and watch it learn."""

import streamlit as st

from cifar_core.errors import CifarLabError
from cifar_core.hardware.devices import list_devices
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.order import in_queue
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.run import Run
from cifar_core.scheduling.slots import cluster_problem, training_devices
from cifar_core.scheduling.submit import submit, take_up_queue
from cifar_core.sweeps.store import SweepStore
from cifar_core.views.train.live import build_train_view, first_to_watch, run_labels
from cifar_core.views.train.monitor import build_monitor
from cifar_core.words.markdown import plain
from pages.parts.frame import session, tidy
from pages.parts.frame.router import hand_over
from pages.parts.train import cost, form, live, many, network, queue, recipe, sweep

QUEUE_SECONDS = 10  # Starts are given by the clock on the wall, so they need no new words each second.


def launch() -> None:
    """Draw the settings of a new run and start it when asked."""
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    head.subheader("New run", anchor=False, width="content")
    devices = training_devices(session.current_settings())
    values, preset = form.choose_what(dataset, session.dataset_choices())
    with head:
        network.offer_network(values["model"], len(dataset.class_names))
    how_many = many.choose_how_many()
    before_start = st.container()
    values |= recipe.choose_recipe(values["model"], preset, dataset)
    with st.expander("Name, device, seed", icon=":material/label:"):
        values |= form.choose_circumstances(values["model"], devices)
    with before_start:
        try:
            config = TrainingConfig.from_values(values)
        except CifarLabError as problem:
            st.error(plain(str(problem)), icon=":material/error:")
            st.button("Start", key="start", type="primary", disabled=True, width="stretch")
            return
        view = cost.look_up(config, preset, dataset, store, devices)
        if how_many != many.ONE:
            many.start(how_many, config, view, store)
            return
        refused = st.container()  # above the button, lest it stands below the edge of a small screen
        cost.draw_cost(view, config)
        if st.button("Start", key="start", type="primary", icon=":material/play_arrow:", width="stretch"):
            try:
                st.query_params["run"] = submit(store, config).id
                st.query_params.pop("sweep", None)
            except CifarLabError as problem:  # such as a limit: the runs beside it are still to be seen
                refused.error(plain(str(problem)), icon=":material/error:")
        cost.draw_details(view, config)


def choose_run(runs: tuple[Run, ...]) -> str:
    """Draw the choice of the run to watch; it lives in the URL as ``?run=``."""
    labels = run_labels(runs)
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


def draw_live(run_id: str, drawn: frozenset[object]) -> None:
    """Draw one run and what else is under way; as a fragment it does so every second."""
    runs = recent_runs(store)
    if any(run.active for run in runs):
        take_up_queue(store)
        if problem := cluster_problem(session.current_settings()):
            st.warning(plain(problem), icon=":material/cloud_off:")
    if under_way(runs) != drawn:
        st.rerun()  # A run began or ended: queue, other runs and clock are drawn anew with the page.
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


def under_way(runs: tuple[Run, ...]) -> frozenset[object]:
    """Return what the page must be drawn anew for when it changes."""
    return frozenset((run.id, run.status, run.heartbeat is None) for run in runs if run.active)


hand_over()
dataset, store = session.current_dataset(), session.run_store()
st.title("Train", anchor=False)
watched, settings = st.columns([5, 3], gap="large")
with settings, st.container(border=True):
    launch()
runs = recent_runs(store, renew=True)
with settings:
    st.fragment(queue.draw_queue, run_every=QUEUE_SECONDS if in_queue(runs) else None)(store, dataset)
with watched:
    sweeps = SweepStore(store)
    if (sweep_id := sweep.choose_sweep(sweeps)) is not None:
        sweep.watch(sweeps, sweep_id)
        st.stop()
    if not runs:
        st.info("There is no run yet. Press Start: it trains in the background, also with this tab closed.")
        st.stop()
    drawn = under_way(runs)
    st.fragment(draw_live, run_every=1 if drawn else None)(choose_run(runs), drawn)
