"""The view of a sweep on the Train page: which one, how far it is, what can be done with it."""

import streamlit as st

from cifar_core.errors import CifarLabError
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.store import RunStore
from cifar_core.sweeps.store import SweepStore
from cifar_core.sweeps.submit import resume_sweep, stop_sweep, take_up_sweeps
from cifar_core.views.train.sweep import SweepView, build_sweep, sweep_labels
from cifar_core.words.markdown import plain
from pages.parts.frame.account import require_user_still
from pages.parts.train.deletion import deletion_confirmed
from pages.parts.train.network import draw_page_anew
from pages.parts.train.sweep_results import draw_results

BADGES = {
    "running": (":material/play_arrow:", "blue"),
    "stopping": (":material/stop:", "orange"),
    "finished": (":material/check:", "green"),
    "stopped": (":material/stop:", "gray"),
    "failed": (":material/error:", "red"),
}
RUNS, SWEEPS = "runs", "sweeps"


def choose_sweep(store: RunStore) -> str | None:
    """Draw the choice between runs and sweeps, if there are sweeps; return the one to show, if one is to be shown.

    It lives in the URL as ``?sweep=``.
    """
    sweeps = SweepStore(store).list()
    asked = st.query_params.get("sweep")
    if not sweeps:
        if asked is not None:
            del st.query_params["sweep"]
            st.warning(f"There is no sweep “{plain(asked, 80)}” here.", icon=":material/info:")
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


def watch(store: RunStore, sweep_id: str) -> None:
    """Draw a sweep; while it is under way, look again every two seconds."""
    sweeps = SweepStore(store)
    active = sweeps.get(sweep_id).active
    st.fragment(_draw, run_every=2 if active else None)(sweeps, sweep_id, active)


def _draw(store: SweepStore, sweep_id: str, active: bool) -> None:
    require_user_still()
    try:
        sweep = store.get(sweep_id)
        if sweep.active:
            take_up_sweeps(store)
        elif active:
            draw_page_anew()  # It has ended: draw the page once more, without the clock.
        run_ids = {run.id for run in recent_runs(store.runs)}
        view = build_sweep(sweep, run_ids, may_change=store.may_change(sweep))
        _draw_head(view, store)
        chosen = draw_results(view, sweep, store) if view.plan is not None else None
    except CifarLabError as problem:  # A fragment's own reruns do not pass through the router.
        st.error(plain(str(problem)), icon=":material/error:")
        return
    if chosen is not None:
        _show(None)
        st.query_params["run"] = chosen
        st.rerun()


def _draw_head(view: SweepView, store: SweepStore) -> None:
    icon, colour = BADGES[view.state]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.badge(view.state, icon=icon, color=colour)
        if view.can_stop and st.button("Stop sweep", key=f"stop_{view.id}", icon=":material/stop:"):
            stop_sweep(store, view.id)
            st.rerun()
        if view.resume and st.button(view.resume, key=f"resume_{view.id}", icon=":material/replay:"):
            resume_sweep(store, view.id)
            st.rerun()
        question = f"Forget the sweep “{plain(view.title)}”? Its runs stay."
        if view.can_delete and deletion_confirmed(view.id, question, "Forget it"):
            store.delete(view.id)
            _show(None)
            st.rerun()
    if view.problem:
        (st.warning if view.active else st.error)(plain(view.problem), icon=":material/error:")
    if view.plan is not None:
        st.progress(view.progress, text=view.progress_sentence)
