"""The table of Compare: a line for each run and each recipe with several seeds; its ticks are what is compared."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.evaluation.balanced import BALANCED_RULE
from cifar_core.views.compare.columns import (
    BALANCED,
    COLUMNS,
    EVERY,
    OWN,
    OWN_AT_FIRST,
    SORTED_BY,
    Column,
    Order,
    columns_of,
    order_after,
    own_columns,
    sorted_lines,
)
from cifar_core.views.compare.lines import (
    FEW,
    PER_PAGE,
    Line,
    first_lines,
    matching_lines,
    ticked_after,
)
from cifar_core.views.compare.run_table import run_table
from cifar_core.words.address import unknown_sentence
from cifar_core.words.counts import counted
from cifar_core.words.markdown import plain
from pages.parts.frame.address import bound

_HERE = Path(__file__)
_run_table = st.components.v2.component(
    "cifar_lab_run_table",
    html="<table></table>",
    css=_HERE.with_name("run_table.css").read_text(encoding="utf-8"),
    js=_HERE.with_name("run_table.js").read_text(encoding="utf-8"),
)


def shows_all_data() -> bool:
    """Tell whether runs on other data sets are listed too, which is chosen further down."""
    on = st.query_params.get("all_data") == "true"
    return bool(st.session_state.get("all_data", on))


def offer_all_data() -> None:
    """Draw the choice of runs on other data sets."""
    st.toggle("Other data sets too", width="content", **bound("all_data", ["true", "false"]))


def draw_table(
    lines: Sequence[Line], chosen: Sequence[str], controls: DeltaGenerator, *, others: bool
) -> tuple[Line, ...]:
    """Draw the lines that are looked for, and return them; ticks, order and search go into the URL.

    ``controls`` is where lines and columns are chosen; ``others``: there are runs on other data sets to offer, too.
    """
    with controls:
        sets = [*COLUMNS, OWN]
        about = st.segmented_control(
            "Columns",
            sets,
            default=sets[0],
            required=True,
            label_visibility="collapsed",
            **bound("columns", sets),
        )
        looked_for = st.text_input(
            "Find runs",
            placeholder="Find runs",
            label_visibility="collapsed",
            width=130,
            key="find",
            bind="query-params",
        )
        found = sorted_lines(matching_lines(lines, looked_for or ""), _order())
        few = found if looked_for else first_lines(found, chosen)
        more = len(found) > len(few)
        every = more and st.toggle(
            f"All {len(found):,} lines", width="content", **bound("all_lines", ["true", "false"])
        )
        if "all_data" in st.query_params or shows_all_data() or (others and (every or not more)):
            offer_all_data()
    drawn = found if every else few
    own = _choose_own() if about == OWN else ()
    table = st.container(key="few_lines" if len(drawn) >= FEW else None)
    if len(drawn) > PER_PAGE:
        pages = -(-len(drawn) // PER_PAGE)
        if st.session_state.get("lines_page", 1) > pages:  # there were more before something was looked for
            st.session_state["lines_page"] = pages
        page = st.pagination(pages, **bound("lines_page", range(1, pages + 1)))
        drawn = drawn[PER_PAGE * (page - 1) : PER_PAGE * page]
    with table:
        if looked_for and not drawn:
            st.info(
                f"No run has “{plain(looked_for, 80)}” in its name, model, recipe or tags.",
                icon=":material/search_off:",
            )
        elif looked_for:
            st.caption(f"{counted(len(found), 'line')} of {len(lines):,}: “{plain(looked_for, 80)}”.")
        _draw_lines(drawn, chosen, columns_of(drawn, about, own))
    return found


def _order() -> Order | None:
    """Return the order that the address asks for; a sentence says if there is none such."""
    asked = st.query_params.get("sort")
    order = Order.parse(asked)
    if asked and order is None:
        st.warning(plain(unknown_sentence("sort", asked, SORTED_BY)), icon=":material/link_off:")
    return order


def _choose_own() -> tuple[str, ...]:
    """Draw the choice of columns, which lives in the URL as ``?column=``, once for each, in their order."""
    asked = st.query_params.get_all("column")
    own, unknown = own_columns(asked)
    for one in unknown[:1]:
        st.warning(plain(unknown_sentence("column", one, list(EVERY))), icon=":material/link_off:")
    own = own or OWN_AT_FIRST
    st.session_state["own_columns"] = list(own)
    st.multiselect(
        "Columns, in the order in which you choose them",
        list(EVERY),
        key="own_columns",
        on_change=lambda: st.query_params.update(column=st.session_state["own_columns"]),
    )
    return own


def _draw_lines(drawn: Sequence[Line], chosen: Sequence[str], columns: Sequence[Column]) -> None:
    order = Order.parse(st.query_params.get("sort"))
    _run_table(
        key="table",
        data=run_table(drawn, columns, chosen, order),
        on_ticked_change=partial(_tick, tuple(chosen), [line.id for line in drawn]),
        on_sorted_change=partial(_sort, order),
    )
    if BALANCED in columns:
        st.caption(BALANCED_RULE)


def _tick(chosen: tuple[str, ...], drawn: list[str]) -> None:
    """Put the ticked runs into the URL; an empty choice is a choice too."""
    ticked = st.session_state["table"]["ticked"]
    st.query_params["runs"] = ticked_after(chosen, drawn, [str(one) for one in ticked or ()]) or [""]


def _sort(order: Order | None) -> None:
    """Put the new order into the URL."""
    after = order_after(order, str(st.session_state["table"]["sorted"]))
    st.query_params["sort"] = [] if after is None else [str(after)]
