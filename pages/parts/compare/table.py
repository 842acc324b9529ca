"""The table of Compare: a line for each run and each recipe with several seeds; its ticks are what is compared."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cifar_core.evaluation.balanced import BALANCED_RULE
from cifar_core.views.compare.lines import (
    BALANCED,
    BAR,
    COLUMNS,
    FEW,
    PER_PAGE,
    Column,
    Line,
    accuracy_of,
    can_be_ticked,
    columns_of,
    first_lines,
    interval_of,
    ticked_after,
)
from pages.parts.frame.address import bound

_HERE = Path(__file__)
_run_table = st.components.v2.component(
    "cifar_lab_run_table",
    html="<table></table>",
    css=_HERE.with_name("run_table.css").read_text(encoding="utf-8"),
    js=_HERE.with_name("run_table.js").read_text(encoding="utf-8"),
)


def draw_table(lines: Sequence[Line], chosen: Sequence[str], controls: DeltaGenerator) -> None:
    """Draw the lines; a tick goes into the URL.

    ``controls`` is where the choice of lines and columns stands.
    """
    with controls:
        about = st.segmented_control(
            "Columns",
            list(COLUMNS),
            default=next(iter(COLUMNS)),
            required=True,
            label_visibility="collapsed",
            **bound("columns", list(COLUMNS)),
        )
        few = first_lines(lines, chosen)
        every = len(lines) > len(few) and st.toggle(
            f"All {len(lines):,} lines", **bound("all_lines", ["true", "false"])
        )
    drawn = tuple(lines) if every else few
    table = st.container(key="six_lines" if len(drawn) >= FEW else None)
    if len(drawn) > PER_PAGE:
        pages = -(-len(drawn) // PER_PAGE)
        page = st.pagination(pages, **bound("lines_page", range(1, pages + 1)))
        drawn = drawn[PER_PAGE * (page - 1) : PER_PAGE * page]
    with table:
        _draw_lines(drawn, chosen, columns_of(drawn, about))


def _draw_lines(drawn: Sequence[Line], chosen: Sequence[str], columns: Sequence[Column]) -> None:
    _run_table(
        key="table",
        data={
            "name": "Runs to compare: the arrow keys go from one to the next, Space ticks",
            "columns": [
                {
                    "title": one.title,
                    "explanation": one.explanation,
                    "number": one.is_number,
                    "whole": one.is_whole,
                    "drawn": one is BAR,
                }
                for one in columns
            ],
            "lines": [_line(line, columns, chosen) for line in drawn],
        },
        on_ticked_change=partial(_tick, tuple(chosen), [line.id for line in drawn]),
    )
    if BALANCED in columns:
        st.caption(BALANCED_RULE)


def _line(line: Line, columns: Sequence[Column], chosen: Sequence[str]) -> dict[str, Any]:
    accuracy, interval = accuracy_of(line), interval_of(line)
    bar = None if accuracy is None else [accuracy, *((interval.low, interval.high) if interval else ())]
    return {
        "id": line.id,
        "label": line.label,
        "ticked": line.id in chosen,
        "can_be_ticked": can_be_ticked(line),
        "cells": [bar if one is BAR else one.words(line) for one in columns],
    }


def _tick(chosen: tuple[str, ...], drawn: list[str]) -> None:
    """Put the ticked runs into the URL; an empty choice is a choice too."""
    ticked = st.session_state["table"]["ticked"]
    st.query_params["runs"] = ticked_after(chosen, drawn, [str(one) for one in ticked or ()]) or [""]
