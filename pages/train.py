"""Train: start a run in the background and watch it learn."""

import streamlit as st

from cifar_core.charts.live_curves import live_curves_spec
from cifar_core.errors import CifarLabError
from cifar_core.runs.devices import list_devices
from cifar_core.runs.store import Run
from cifar_core.runs.supervisor import ensure_supervisor
from cifar_core.training.config import TrainingConfig
from cifar_core.views.launch import build_launch
from cifar_core.views.train import RunView, TrainView, build_train_view, run_label
from pages.shared import session, train_form
from pages.shared.router import hand_over

BADGES = {
    "queued": (":material/hourglass_empty:", "gray"),
    "running": (":material/play_arrow:", "blue"),
    "stalled": (":material/pause:", "orange"),
    "finished": (":material/check:", "green"),
    "stopped": (":material/stop:", "gray"),
    "failed": (":material/error:", "red"),
}


def launch() -> None:
    """Draw the settings of a new run and start it when asked."""
    st.subheader("New run", anchor=False)
    values = train_form.choose_what(dataset, session.dataset_choices())
    before_start = st.container()
    with st.expander("Hyper-parameters", icon=":material/tune:"):
        values |= train_form.choose_recipe(values["model"])
    with st.expander("Name, device, seed", icon=":material/label:"):
        values |= train_form.choose_circumstances(values["model"], list_devices())
    with before_start:
        try:
            config = TrainingConfig.from_values(values)
        except CifarLabError as problem:
            st.error(str(problem), icon=":material/error:")
            st.button("Start", key="start", type="primary", disabled=True, width="stretch")
            return
        view = build_launch(config, dataset, store.list(), list_devices())
        st.markdown(view.time_sentence)
        st.caption(view.size_sentence)
        if st.button("Start", key="start", type="primary", icon=":material/play_arrow:", width="stretch"):
            st.query_params["run"] = store.create(config).id
            ensure_supervisor(store.runs_dir)


def choose_run(runs: tuple[Run, ...]) -> str:
    """Draw the choice of the run to watch; it lives in the URL as ``?run=``."""
    labels = {run.id: run_label(run) for run in runs}
    asked = st.query_params.get("run")
    if asked is not None and asked not in labels:
        st.warning(f"There is no run “{asked[:80]}”, so another one is shown.", icon=":material/info:")
    shown = asked if asked in labels else _first_to_watch(runs).id
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


def _first_to_watch(runs: tuple[Run, ...]) -> Run:
    return next((run for run in reversed(runs) if run.active), runs[0])


def draw_live(run_id: str, watching: bool) -> None:
    """Draw one run and what else is under way; as a fragment it does so every second."""
    runs = store.list()
    if any(run.active for run in runs):
        ensure_supervisor(store.runs_dir)  # Whatever became of the last one, runs under way go on.
    elif watching:
        st.rerun()  # All is done: draw the page once more, without the clock.
    try:
        view = build_train_view(store.get(run_id), runs)
        draw_head(view.run)
    except CifarLabError as problem:  # A fragment's own reruns do not pass through the router.
        st.error(str(problem), icon=":material/error:")
        return
    draw_outcome(view.run)
    if view.run.facts:
        with st.container(horizontal=True, gap="medium"):
            for fact in view.run.facts:
                st.metric(fact.name, fact.value, width="content")
    metrics = view.run.metrics
    if metrics.epochs or metrics.tick:
        spec = live_curves_spec(metrics, kept_epoch=view.run.kept_epoch)
        st.echarts_chart(spec, height=360, key=f"curves_{run_id}")
        st.caption(
            "Each point is one pass over the training pictures. Where the dashed line improves and the solid one "
            "does not, the network learns the training pictures by heart."
        )
    st.caption(view.run.subtitle)
    if view.run.log:
        with st.expander("Log", icon=":material/terminal:", expanded=view.run.status == "failed"):
            st.code("\n".join(view.run.log), language=None, wrap_lines=True)
    draw_others(view)


def draw_head(run: RunView) -> None:
    """Draw state, settings, progress, and what can be done with the run."""
    icon, colour = BADGES[run.status]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.badge("stopping" if run.stopping else run.status, icon=icon, color=colour)
        if run.can_stop and st.button("Stop", key="stop", icon=":material/stop:"):
            store.request_stop(run.id)
            st.rerun()
        if run.can_delete:
            with st.popover("Delete", key="delete", icon=":material/delete:"):
                st.write(f"Delete “{run.title}” with its weights and curves for good?")
                if st.button("Delete for good", key="delete_for_good", type="primary"):
                    store.delete(run.id)
                    del st.query_params["run"]
                    st.rerun()
    if run.progress is not None:
        st.progress(run.progress, text=run.progress_sentence)


def draw_outcome(run: RunView) -> None:
    """Draw how the run ended, and the doors that are open now."""
    if run.problem:
        (st.error if run.status == "failed" else st.warning)(run.problem, icon=":material/error:")
    if run.outcome is None or run.progress is not None:
        return
    tell = st.success if run.status == "finished" else st.info
    tell(run.outcome, icon=BADGES[run.status][0])
    data = {"data": run.data_key} if run.data_key in {one.key for one in session.dataset_choices()} else {}
    with st.container(horizontal=True):
        for there, page, label, icon, address in (
            (run.can_compare, "pages/compare.py", "Compare", ":material/compare:", {"runs": run.id}),
            (run.can_explain, "pages/explain.py", "Explain", ":material/visibility:", {"run": run.id}),
        ):
            if there:
                st.page_link(page, label=f"**{label}**", icon=icon, query_params=address | data)


def draw_others(view: TrainView) -> None:
    """Draw the other runs under way, oldest first."""
    if view.others:
        st.subheader("Also under way", anchor=False)
    for other in view.others:
        icon, _ = BADGES[other.status]
        label = f"{other.title}: {other.sentence}"
        if st.button(label, key=f"watch_{other.id}", type="tertiary", icon=icon):
            st.query_params["run"] = other.id
            st.rerun()


hand_over()
dataset, store = session.current_dataset(), session.run_store()
st.title("Train", anchor=False)
watched, settings = st.columns([5, 3], gap="large")
with settings, st.container(border=True):
    launch()
with watched:
    runs = store.list()
    if not runs:
        st.info("There is no run yet. Press Start: it trains in the background, also with this tab closed.")
        st.stop()
    active = any(run.active for run in runs)
    st.fragment(draw_live, run_every=1 if active else None)(choose_run(runs), active)
