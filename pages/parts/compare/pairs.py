"""The pairs of classes that a run confuses most, beside its matrix."""

import streamlit as st

from cifar_core.views.compare.page import ComparedRun
from cifar_core.views.compare.pairs import ConfusedPair, confused_pairs, pair_columns
from cifar_core.words.markdown import plain
from pages.parts.compare.cell import go_to_cell
from pages.parts.frame.table import table_of


def draw_pairs(one: ComparedRun, *, most: int) -> None:
    """Draw the most frequent mistakes of a run as a list; a tick opens the cell of the matrix."""
    pairs = confused_pairs(one, most=most)
    if not pairs:
        return
    key = f"pairs_{one.id}"
    st.caption(f"**Most confused pairs** of {plain(one.row.label)}: tick one to see its pictures.")
    st.dataframe(
        table_of(pair_columns(pairs)),
        hide_index=True,
        key=key,
        row_height=36,
        on_select=lambda: _open_ticked(key, one, pairs),
        selection_mode="single-row",
        column_config={
            "n": st.column_config.NumberColumn(format="localized", width=55, help="Pictures."),
            "Of the class": st.column_config.TextColumn(
                help="Share of all pictures of the true class, with its 95% interval (Wilson)."
            ),
        },
        alt=f"Most confused pairs of {one.row.label}",
    )


def _open_ticked(key: str, one: ComparedRun, pairs: tuple[ConfusedPair, ...]) -> None:
    if rows := st.session_state[key].selection.rows:
        go_to_cell(pairs[rows[0]].cell, one.id)
