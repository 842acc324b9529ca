"""What the table of Compare is given: its headings, and the lines that are seen."""

from collections.abc import Collection, Sequence
from typing import Any

from cifar_core.views.compare.columns import BAR, NAME, SORTED_BY, Column, Order
from cifar_core.views.compare.lines import Line, accuracy_of, can_be_ticked, interval_of


def run_table(
    lines: Sequence[Line], columns: Sequence[Column], ticked: Collection[str], order: Order | None
) -> dict[str, Any]:
    """Return headings and lines as the browser draws them.

    Parameters
    ----------
    lines : sequence of Line
        In the order in which they are seen.
    columns : sequence of Column
        Beside the name.
    ticked : collection of str
        Ids of the lines with a tick.
    order : Order or None
        By which column they are sorted, if by any.
    """
    return {
        "name": "Runs to compare: the arrow keys go from one to the next, Space ticks; on a heading it sorts",
        "columns": [
            _head(NAME, order),
            *(
                _head(one.title, order)
                | {
                    "explanation": one.explanation,
                    "number": one.is_number,
                    "whole": one.is_whole,
                    "drawn": one is BAR,
                }
                for one in columns
            ),
        ],
        "lines": [_line(line, columns, ticked) for line in lines],
    }


def _head(title: str, order: Order | None) -> dict[str, Any]:
    here = order is not None and order.title == title
    direction = ("descending" if order.descending else "ascending") if order and here else None
    return {"title": title, "sorts": title in SORTED_BY, "sorted": direction}


def _line(line: Line, columns: Sequence[Column], ticked: Collection[str]) -> dict[str, Any]:
    accuracy, interval = accuracy_of(line), interval_of(line)
    bar = None if accuracy is None else [accuracy, *((interval.low, interval.high) if interval else ())]
    return {
        "id": line.id,
        "label": line.label,
        "ticked": line.id in ticked,
        "can_be_ticked": can_be_ticked(line),
        "cells": [bar if one is BAR else one.words(line) for one in columns],
    }
