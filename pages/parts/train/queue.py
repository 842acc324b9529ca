"""The queue on the Train page: the runs that wait, and how their order is changed."""

import time
from functools import partial

import streamlit as st

from cifar_core.accounts.user import short_owner
from cifar_core.data.dataset import Dataset
from cifar_core.errors import CifarLabError
from cifar_core.runs.order import Where, in_queue, moves
from cifar_core.runs.recent import recent_runs
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.slots import training_devices, training_slots
from cifar_core.scheduling.submit import stop
from cifar_core.speed.store import find_measurement
from cifar_core.views.train.live import begins
from cifar_core.views.train.queue import QueueView, WaitingRun, build_queue
from cifar_core.words.markdown import plain
from pages.parts.frame.account import require_user_still
from pages.parts.frame.session import current_settings

ROWS = 8
SECONDS, SECONDS_AT_FIRST = 10.0, 0.4
"""Between two looks: starts are given by the clock on the wall, so they need no new words each second. And from *Start*
on, until the curve has two points."""
MOVES: tuple[tuple[Where, str], ...] = (("front", "First"), ("up", "Up"), ("down", "Down"))


def draw_queue(store: RunStore, runs: tuple[Run, ...], dataset: Dataset) -> None:
    """Draw the queue; while any run waits, look again now and then."""
    waiting = in_queue(runs)
    seconds = SECONDS_AT_FIRST if any(begins(run) for run in waiting) else SECONDS
    st.fragment(_draw, run_every=seconds if waiting else None)(store, dataset)


def _draw(store: RunStore, dataset: Dataset) -> None:
    """Draw the runs that wait, a page of them, and what can be done with the chosen ones; nothing if none waits."""
    require_user_still()
    settings = current_settings()
    view = build_queue(
        recent_runs(store),
        training_devices(settings),
        time.time(),
        slots=1 if settings.ray is None else training_slots(settings),
        user=store.user,
        pictures={dataset.key: len(dataset.train)},
        find_measurement=partial(find_measurement, settings.cache_dir),
    )
    if not view.waiting:
        return
    with st.container(border=True):
        st.header(f"Queue: {len(view.waiting):,} waiting", anchor=False)
        st.caption(view.caption)
        pages = -(-len(view.waiting) // ROWS)
        page = st.pagination(pages, key="queue_page", max_visible_pages=5) if pages > 1 else 1
        rows = view.waiting[ROWS * (page - 1) : ROWS * page]
        with st.container(gap="xsmall"):
            chosen = [run for run in rows if _draw_row(run)]
        _draw_actions(store, view, rows, chosen)


def _draw_row(run: WaitingRun) -> bool:
    """Draw one run; return whether it is chosen."""
    details = " · ".join(
        [*([short_owner(run.owner)] if run.owner else []), *([run.words] if run.words else [])]
    )
    label = f"{run.position} · {plain(run.title)}" + (f" :gray[· {plain(details)}]" if details else "")
    return st.checkbox(label, key=_key(run), wrap=True)


def _draw_actions(
    store: RunStore, view: QueueView, rows: tuple[WaitingRun, ...], chosen: list[WaitingRun]
) -> None:
    """Draw what can be done with the chosen runs, and do it."""
    if not chosen:
        return
    others = any(not run.mine for run in chosen)
    mine = [run for run in rows if run.mine]
    try:
        with st.container(horizontal=True, gap="small"):
            moved = _draw_moves(store, {run.id for run in chosen}, disabled=others)
            priority = st.menu_button(
                "Priority",
                list(view.priorities),
                format_func=view.priorities.__getitem__,
                key="queue_priority",
                disabled=others,
            )
            cancelled = st.button("Cancel", key="queue_cancel", disabled=others)
            shown = len(chosen) == 1 and st.button("Show", key="queue_show")
            if len(mine) > len(chosen):
                st.button("Choose all", key="queue_all", type="tertiary", on_click=_choose, args=(mine,))
        for run in chosen:
            if cancelled:
                stop(store, run.id)
            elif priority is not None:
                store.prioritize(run.id, priority)
    except CifarLabError as problem:  # It has just been started, or is somebody else's.
        st.error(plain(str(problem)), icon=":material/error:")
        return
    if shown:
        st.query_params["run"] = chosen[0].id
    if moved or cancelled or shown or priority is not None:
        st.rerun()


def _draw_moves(store: RunStore, ids: set[str], *, disabled: bool) -> bool:
    acted = False
    for where, label in MOVES:
        if st.button(label, key=f"queue_{where}", disabled=disabled):
            for run_id, before in moves(in_queue(store.list()), ids, where):
                store.move_before(run_id, before)
            acted = True
    return acted


def _choose(runs: list[WaitingRun]) -> None:
    for run in runs:
        st.session_state[_key(run)] = True


def _key(run: WaitingRun) -> str:
    return f"queued_{run.id}"
