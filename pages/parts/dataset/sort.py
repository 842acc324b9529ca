"""The order of a wall: by what, by which run's, and which end first."""

from collections.abc import Callable

import streamlit as st

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.picture_sets.measures import measure_title
from cifar_core.picture_sets.order import order_of
from cifar_core.runs.labels import run_labels
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.views.sorting import (
    SORT_HELP,
    new_order,
    runs_needed,
    sort_measures,
    sorted_expression,
)
from pages.parts.frame.picture_set import put_on, universe_of

FIRST = {"down": "highest", "up": "lowest"}


def draw_sort(
    dataset: Dataset, shown: SetOnScreen | None, split: SplitName, class_name: str | None = None
) -> None:
    """Draw the choice of what the wall is sorted by; it writes the expression of the set on screen anew."""
    universe = universe_of(dataset)
    tested = [run.id for run in universe.runs if universe.is_tested_here(run)]
    called = run_labels(universe.runs)
    labels = {run: called.get(run, run) for run in tested}
    text = None if shown is None else shown.text
    order = None if text is None else order_of(text)
    named = [] if shown is None else [said.run.id for said in shown.pictures.said]

    def sort() -> None:
        state = st.session_state
        asked = state.get("sort_runs") or ([state["sort_run"]] if state.get("sort_run") else [])
        down = state.get("sort_first", FIRST["down"]) == FIRST["down"]
        wanted = new_order(state["sort_by"], asked=asked, named=named, tested=tested, down=down)
        found = sorted_expression(text, wanted, split=split, class_name=class_name)
        if found is not None:
            put_on(found)

    st.session_state["sort_by"] = None if order is None else order.measure
    st.selectbox(
        "Sort by",
        sort_measures(tested),
        index=None,
        format_func=measure_title,
        placeholder="order of the files" if shown is None else "the set's order",
        key="sort_by",
        on_change=sort,
        help=SORT_HELP,
        width=180,
    )
    if order is not None:
        _draw_runs(order.measure, order.runs, labels, sort)
        st.session_state["sort_first"] = FIRST["down" if order.down else "up"]
        st.segmented_control("First", list(FIRST.values()), required=True, key="sort_first", on_change=sort)


def _draw_runs(
    measure: str, chosen: tuple[str, ...], labels: dict[str, str], sort: Callable[[], None]
) -> None:
    if runs_needed(measure) == 1:
        st.session_state["sort_run"] = chosen[0]
        st.selectbox(
            "Of run", list(labels), format_func=labels.__getitem__, key="sort_run", on_change=sort, width=200
        )
    elif runs_needed(measure) > 1:
        st.session_state["sort_runs"] = list(chosen)
        st.multiselect(
            "Between runs",
            list(labels),
            format_func=labels.__getitem__,
            key="sort_runs",
            on_change=sort,
            width=420,
        )
