"""The queue on the Train page: the runs that wait, and how their order is changed."""

import time

import streamlit as st

from cifar_core.accounts.user import short_owner
from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.hardware.devices import list_devices
from cifar_core.runs.store import RunStore
from cifar_core.views.plain_text import plain
from cifar_core.views.queue import QueueView, WaitingRun, Where, build_queue, in_queue, moves

ROWS = 8
MOVES: tuple[tuple[Where, str, str], ...] = (
    ("front", "First", ":material/vertical_align_top:"),
    ("up", "Up", ":material/arrow_upward:"),
    ("down", "Down", ":material/arrow_downward:"),
)


def draw_queue(store: RunStore, dataset: Dataset) -> None:
    """Draw the runs that wait, a page of them, and what can be done with the chosen ones; nothing if none waits."""
    pictures = {dataset.key: len(dataset.train)}
    view = build_queue(store.list(), list_devices(), time.time(), user=store.user, pictures=pictures)
    if not view.waiting:
        return
    with st.container(border=True):
        st.subheader(f"Queue: {len(view.waiting):,} waiting", anchor=False)
        pages = -(-len(view.waiting) // ROWS)
        page = st.pagination(pages, key="queue_page", max_visible_pages=5) if pages > 1 else 1
        rows = view.waiting[ROWS * (page - 1) : ROWS * page]
        chosen = [run for run in rows if _draw_row(run)]
        _draw_actions(store, view, rows, chosen)


def _draw_row(run: WaitingRun) -> bool:
    """Draw one run; return whether it is chosen."""
    words = [short_owner(run.owner)] if run.owner else []
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.checkbox(
            f"Choose {plain(run.title)}", key=_key(run), label_visibility="collapsed", disabled=not run.mine
        )
        with st.container(gap=None):
            label = f"{run.position} · {plain(run.title)}"
            if st.button(label, key=f"watch_{run.id}", type="tertiary"):
                st.query_params["run"] = run.id
                st.rerun()
            if words or run.sentence:
                st.caption(plain(" · ".join([*words, *([run.sentence] if run.sentence else [])])))
    return chosen


def _draw_actions(
    store: RunStore, view: QueueView, rows: tuple[WaitingRun, ...], chosen: list[WaitingRun]
) -> None:
    """Draw what can be done with the chosen runs, and do it."""
    ids = {run.id for run in chosen}
    mine = [run for run in rows if run.mine]
    if not chosen:
        if mine:
            st.caption("Choose runs to move or cancel them.")
        return
    try:
        with st.container(horizontal=True, gap="small"):
            acted = _draw_moves(store, ids)
            priority = st.menu_button(
                "Priority",
                list(view.priorities),
                format_func=view.priorities.__getitem__,
                key="queue_priority",
            )
            if priority is not None:
                for run in chosen:
                    store.prioritize(run.id, priority)
            cancelled = st.button("Cancel", key="queue_cancel", icon=":material/close:")
            if cancelled:
                for run in chosen:
                    store.request_stop(run.id)
            if len(mine) > len(chosen):
                st.button("Choose all", key="queue_all", type="tertiary", on_click=_choose, args=(mine,))
    except CifarLabError as problem:  # It has just been started, or is somebody else's.
        st.error(plain(str(problem)), icon=":material/error:")
        return
    if acted or cancelled or priority is not None:
        st.rerun()


def _draw_moves(store: RunStore, ids: set[str]) -> bool:
    acted = False
    for where, label, icon in MOVES:
        if st.button(label, key=f"queue_{where}", icon=icon):
            for run_id, before in moves(in_queue(store.list()), ids, where):
                store.move_before(run_id, before)
            acted = True
    return acted


def _choose(runs: list[WaitingRun]) -> None:
    for run in runs:
        st.session_state[_key(run)] = True


def _key(run: WaitingRun) -> str:
    return f"queued_{run.id}"
