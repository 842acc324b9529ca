"""The view of a sweep on the Train page: how far it is, the best trial, all trials, what mattered."""

import pandas as pd
import streamlit as st

from cifar_core.charts.importance import importance_figure
from cifar_core.charts.parallel_coordinates import parallel_coordinates_figure
from cifar_core.errors import CifarLabError
from cifar_core.runs.recent import recent_runs
from cifar_core.sweeps.driver import ensure_drivers
from cifar_core.sweeps.store import Sweep, SweepStore
from cifar_core.views.plain_text import plain
from cifar_core.views.sweep import SweepView, build_sweep, sweep_labels

BADGES = {
    "running": (":material/play_arrow:", "blue"),
    "stopping": (":material/stop:", "orange"),
    "finished": (":material/check:", "green"),
    "stopped": (":material/stop:", "gray"),
    "failed": (":material/error:", "red"),
}
RUNS, SWEEPS = "runs", "sweeps"
PLAIN = {"displayModeBar": False}


def choose_sweep(store: SweepStore) -> str | None:
    """Draw the choice between runs and sweeps, if there are sweeps; return the one to show, if one is to be shown.

    It lives in the URL as ``?sweep=``.
    """
    sweeps = store.list()
    asked = st.query_params.get("sweep")
    if not sweeps:
        if asked is not None:
            del st.query_params["sweep"]
        return None
    _draw_switch(SWEEPS if asked is not None else RUNS, sweeps[0].id, f"show_{asked}")
    if asked is None:
        return None
    labels = sweep_labels(sweeps)
    if asked not in labels:
        st.warning(
            f"There is no sweep “{plain(asked, 80)}”, so the newest one is shown.", icon=":material/info:"
        )
        asked = sweeps[0].id
    key = f"sweep_{asked}"
    st.session_state[key] = asked
    st.selectbox(
        "Sweep",
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        on_change=lambda: _show(st.session_state[key]),
    )
    return asked


def _draw_switch(shown: str, newest: str, key: str) -> None:
    # A key for each address, as for the choice of a run: a browser that has not yet heard of a change would set one
    # key back to what was shown before.
    st.session_state[key] = shown
    st.segmented_control(
        "Show",
        [RUNS, SWEEPS],
        required=True,
        format_func=str.capitalize,
        key=key,
        on_change=lambda: _show(newest if st.session_state[key] == SWEEPS else None),
        label_visibility="collapsed",
    )


def _show(sweep_id: str | None) -> None:
    """Put a sweep into the address, or take it out."""
    st.query_params.pop("sweep", None)
    if sweep_id is not None:
        st.query_params["sweep"] = sweep_id


def watch(store: SweepStore, sweep_id: str) -> None:
    """Draw a sweep; while it is under way, look again every two seconds."""
    active = store.get(sweep_id).active
    st.fragment(_draw, run_every=2 if active else None)(store, sweep_id, active)


def _draw(store: SweepStore, sweep_id: str, active: bool) -> None:
    try:
        sweep = store.get(sweep_id)
        if sweep.active:
            ensure_drivers(store.runs.runs_dir)  # Whatever became of the last one.
        elif active:
            st.rerun()  # It has ended: draw the page once more, without the clock.
        run_ids = {run.id for run in recent_runs(store.runs)}
        view = build_sweep(sweep, run_ids, may_change=store.may_change(sweep))
        _draw_head(view, store)
    except CifarLabError as problem:  # A fragment's own reruns do not pass through the router.
        st.error(plain(str(problem)), icon=":material/error:")
        return
    if view.plan is not None:
        _draw_body(view, sweep)


def _draw_head(view: SweepView, store: SweepStore) -> None:
    icon, colour = BADGES[view.state]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.badge(view.state, icon=icon, color=colour)
        if view.can_stop and st.button("Stop sweep", key=f"stop_{view.id}", icon=":material/stop:"):
            store.request_stop(view.id)
            st.rerun()
        if view.can_delete:
            with st.popover("Delete", key=f"delete_{view.id}", icon=":material/delete:"):
                st.write(f"Forget the sweep “{plain(view.title)}”? Its runs stay.")
                if st.button("Forget it", key=f"forget_{view.id}", type="primary"):
                    store.delete(view.id)
                    _show(None)
                    st.rerun()
    if view.problem:
        (st.warning if view.active else st.error)(plain(view.problem), icon=":material/error:")
    if view.plan is not None:
        st.progress(view.progress, text=view.progress_sentence)


def _draw_body(view: SweepView, sweep: Sweep) -> None:
    assert view.plan is not None
    trials = sweep.summary.trials if sweep.summary else ()
    if view.best_sentence:
        st.success(view.best_sentence, icon=":material/emoji_events:")
    if view.best_run and st.button("Open the best run", key=f"best_{view.id}", icon=":material/show_chart:"):
        _open_run(view.best_run)
    if view.finished:
        figure = parallel_coordinates_figure(view.plan, trials)
        st.plotly_chart(figure, key=f"coordinates_{view.id}", config=PLAIN, alt="All trials")
        st.caption(
            "Each line is one trial: follow it from what was tried to what came out, better on top. Where the lines "
            "that end high pass through one part of an axis, that setting matters. Dotted lines were stopped early."
        )
    if len(view.importance) > 1:
        st.plotly_chart(
            importance_figure(view.importance), key=f"importance_{view.id}", config=PLAIN, alt="Importance"
        )
    if view.finished:
        st.caption(view.importance_sentence)
    _draw_table(view)
    with st.expander("What was asked", icon=":material/search:"):
        for sentence in view.asked:
            st.markdown(sentence)


def _draw_table(view: SweepView) -> None:
    if not view.rows or view.plan is None:
        return
    percent = view.plan.higher_is_better
    measure = "Validation accuracy" if percent else "Validation loss"
    table = pd.DataFrame(
        {
            "Trial": [row.number for row in view.rows],
            "State": [f"{row.state} ★" if row.best else row.state for row in view.rows],
            measure: [
                None if row.trial.value is None else (100 if percent else 1) * row.trial.value
                for row in view.rows
            ],
            "Epochs": [row.trial.epochs for row in view.rows],
        }
        | {field: [row.values[place] for row in view.rows] for place, field in enumerate(view.fields)}
        | {"Note": [row.trial.note for row in view.rows]}
    )
    number = st.column_config.NumberColumn
    # A key for each sweep; choosing a line leaves this view, so nothing stays chosen.
    chosen = st.dataframe(
        table,
        hide_index=True,
        key=f"trials_{view.id}",
        on_select="rerun",
        selection_mode="single-row",
        height=36 * (1 + min(len(view.rows), 8)) + 2,
        row_height=36,
        placeholder="–",
        column_config={measure: number(format="%.1f %%" if percent else "%.3f")}
        | {field: number(format="%.3g") for field in view.numbers},
        alt="All trials",
    )
    st.caption("Choose a line to watch its run. A trial under way shows its newest epoch.")
    for place in chosen["selection"]["rows"]:
        if place < len(view.rows) and view.rows[place].has_run:
            _open_run(view.rows[place].trial.run_id)


def _open_run(run_id: str) -> None:
    _show(None)
    st.query_params["run"] = run_id
    st.rerun()
