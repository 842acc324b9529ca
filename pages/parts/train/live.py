"""The parts of the Train page that follow a run: its state, its end, its figures and curves, its neighbours."""

import streamlit as st

from cifar_core.charts.gauges import HEIGHT, gauges_spec
from cifar_core.charts.live_curves import live_curves_spec, metrics_columns
from cifar_core.errors import CifarLabError
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import resume, stop
from cifar_core.views.train.live import RunView, TrainView
from cifar_core.views.train.monitor import MonitorView
from cifar_core.words.markdown import plain
from pages.parts.frame import look
from pages.parts.frame.echarts import draw_echarts, draw_echarts_files
from pages.parts.frame.pages import PAGES
from pages.parts.frame.session import dataset_choices
from pages.parts.train.deletion import deletion_confirmed

BADGES = {
    "queued": (":material/hourglass_empty:", "gray"),
    "running": (":material/play_arrow:", "blue"),
    "stalled": (":material/pause:", "orange"),
    "finished": (":material/check:", "green"),
    "stopped": (":material/stop:", "gray"),
    "failed": (":material/error:", "red"),
}


WIDTHS = (3, 2, 2, 2)
"""Of the figures: the first one is read from the last row."""


def draw_head(run: RunView, store: RunStore) -> None:
    """Draw state, settings, progress, and what can be done with the run."""
    icon, colour = BADGES[run.status]
    refused = None
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.badge(run.state_words, icon=icon, color=colour)
        with st.container(horizontal=True, width="content"):
            try:
                _draw_actions(run, store)
            except CifarLabError as problem:  # Such as a limit: the run itself is still to be seen.
                refused = str(problem)
    if refused:
        st.error(plain(refused), icon=":material/error:")
    if run.progress is not None:
        st.progress(run.progress, text=plain(run.progress_sentence))


def _draw_actions(run: RunView, store: RunStore) -> None:
    if run.can_stop and st.button("Stop", key=f"stop_{run.id}", icon=":material/stop:"):
        stop(store, run.id)
        st.rerun()
    if run.resume and st.button(run.resume, key=f"resume_{run.id}", icon=":material/replay:"):
        resume(store, run.id)
        st.rerun()
    question = f"Delete “{plain(run.title)}” with its weights and curves for good?"
    if run.can_delete and deletion_confirmed(run.id, question, "Delete for good"):
        store.delete(run.id)
        st.query_params.pop("run", None)
        st.rerun()


def draw_outcome(run: RunView) -> None:
    """Draw how the run ended, and the doors that are open now."""
    if run.problem:
        (st.error if run.status == "failed" else st.warning)(plain(run.problem), icon=":material/error:")
    if run.outcome is None or run.progress is not None:
        return
    tell = st.success if run.status == "finished" else st.info
    tell(run.outcome, icon=BADGES[run.status][0])
    data = [("data", run.data_key)] if run.data_key in {one.key for one in dataset_choices()} else []
    data += look.in_address().items()
    with st.container(horizontal=True):
        for there, page, address in (
            (run.compare, PAGES["compare"], [("runs", one) for one in run.compare]),
            (run.can_explain, PAGES["explain"], [("run", run.id)]),
        ):
            if there:
                st.page_link(
                    page.file, label=f"**{page.title}**", icon=page.icon, query_params=[*address, *data]
                )


def draw_progress(run: RunView, monitor: MonitorView | None) -> None:
    """Draw figures, curves, how busy the hardware is, and the log."""
    metrics = run.metrics
    if run.facts:
        with st.container(key="figures"):
            for column, fact in zip(
                st.columns(WIDTHS[: len(run.facts)], gap="small", vertical_alignment="bottom"),
                run.facts,
                strict=True,
            ):
                column.metric(fact.name, fact.value)
    if metrics.lines or run.progress is not None:  # the browser has the chart ready for the first point
        spec = live_curves_spec(metrics, run.losses, kept_epoch=run.kept_epoch)
        draw_echarts(spec, height=360, key=f"curves_{run.id}")
        draw_echarts_files(f"curves_{run.id}", f"curves of {run.id}", lambda: metrics_columns(metrics))
        st.caption(run.curves_sentence)
    if monitor is not None:
        draw_echarts(gauges_spec(monitor.gauges), height=HEIGHT, key=f"gauges_{run.id}")
        st.caption(monitor.sentence)
    st.caption(plain(run.subtitle))
    if run.attempts:
        st.caption(run.attempts)
    if run.log:
        with st.expander(
            "Log", icon=":material/terminal:", expanded=run.status == "failed", key=f"log_{run.id}"
        ):
            st.code("\n".join(run.log), language=None, wrap_lines=True)


def draw_others(view: TrainView) -> None:
    """Draw the other runs that are being trained, oldest first."""
    if view.others:
        st.header("Also running", anchor=False)
    for other in view.others:
        icon, _ = BADGES[other.status]
        label = plain(f"{other.title}: {other.sentence}")
        if st.button(label, key=f"watch_{other.id}", type="tertiary", icon=icon):
            st.query_params["run"] = other.id
            st.rerun()
