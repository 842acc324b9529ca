"""The numbers that a chart draws, as a table."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

_BREAK = "<br>"


def figure_numbers(figure: "go.Figure") -> dict[str, list[Any]]:
    """Return what the bars, lines and marks of a chart stand for, by column.

    Parameters
    ----------
    figure : go.Figure
        Of bars, lines and marks. What is drawn for orientation alone, which a pointer does not name, is left out.

    Returns
    -------
    dict of str to list
        ``series`` where there are several, then what the two axes show.
    """
    drawn = [trace for trace in figure.data if trace.type in ("bar", "scatter") and trace.hoverinfo != "skip"]
    layout = figure.layout
    series: list[str] = []
    across: list[Any] = []
    up: list[Any] = []
    for trace in drawn:
        x, y = _values(trace.x), _values(trace.y)
        series += [_text(trace.name or "")] * len(x)
        across += _named(x, layout.xaxis, trace)
        up += _named(y, layout.yaxis, trace)
    axes = [(layout.xaxis, "x", across), (layout.yaxis, "y", up)]
    if any(trace.type == "bar" and trace.orientation == "h" for trace in drawn):
        axes.reverse()  # What a bar stands for comes before its length.
    columns = {"series": series} if len(drawn) > 1 else {}
    for axis, letter, values in axes:
        untitled = "name" if values and all(isinstance(one, str) for one in values) else letter
        columns[_text(axis.title.text or untitled)] = values
    return columns


def matrix_numbers(
    values: NDArray[np.int64] | NDArray[np.float64], class_names: Sequence[str]
) -> dict[str, list[Any]]:
    """Return a confusion matrix as it is seen: a row for each true class, a column for each predicted one.

    Parameters
    ----------
    values : ndarray, shape (C, C)
        Counts, shares or differences.
    class_names : sequence of str
        One for each class.
    """
    columns: dict[str, list[Any]] = {r"true class \ predicted class": list(class_names)}
    for number, name in enumerate(class_names):
        columns[name if name not in columns else f"{name} ({number})"] = values[:, number].tolist()
    return columns


def map_numbers(values: NDArray[np.floating[Any]]) -> dict[str, list[Any]]:
    """Return a map as it lies: a row for each of its rows.

    Parameters
    ----------
    values : ndarray of float, shape (h, w)
        Such as the values of a heat map.
    """
    rows, across = values.shape
    columns: dict[str, list[Any]] = {r"row \ column": list(range(rows))}
    return columns | {str(number): values[:, number].tolist() for number in range(across)}


def _values(values: Any) -> list[Any]:
    if values is None:
        return []
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


def _named(values: list[Any], axis: Any, trace: "go.Bar | go.Scatter") -> list[Any]:
    """Return the names of classes for the places at which their bars stand."""
    labels = dict(zip(_values(axis.tickvals), _values(axis.ticktext), strict=False))
    if labels:
        told = _values(trace.customdata)
        if len(told) == len(values) and all(isinstance(one, str) for one in told):
            return [_text(one) for one in told]  # of very many classes, not every one is named at the axis
        return [_text(labels[one]) if one in labels else one for one in values]
    return [_text(one) if isinstance(one, str) else one for one in values]


def _text(label: str) -> str:
    """Return a label as it is read."""
    return html.unescape(label.replace(_BREAK, " ")).strip()
