"""Accuracy against what it costs, with the Pareto front."""

import math
import re
from collections.abc import Sequence

import plotly.graph_objects as go

from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import MEDIUM, SMALL, dress
from cifar_core.charts.palette import ACCENT, MISTAKE, NEUTRAL, TEXT
from cifar_core.evaluation.pareto import CostPoint
from cifar_core.words.durations import duration_words
from cifar_core.words.numbers import compact, percent
from cifar_core.words.plotly import chart_label

_ACCURACIES = (
    0,
    0.2,
    0.4,
    0.6,
    0.7,
    0.8,
    0.85,
    0.9,
    0.93,
    0.95,
    0.97,
    0.98,
    0.99,
    0.995,
    0.998,
    0.999,
    1 - 1e-4,
)
_LEAST_ERROR = 1e-5
"""Where all is right: a logarithm has no place for no error at all."""

_MOST_NAMES = 12
_EDGE = 0.7
"""Of the width of the chart: what lies beyond is near its edge."""


@drawn_once()
def cost_figure(
    points: Sequence[CostPoint], cost: str, *, is_time: bool = False, height: int = 520
) -> go.Figure:
    """Draw a mark for each run; those on the front are joined, and named where there is room.

    Both axes are logarithmic: the cost, and the share of mistakes, so that each halving of the mistakes is as high as
    the next. The number of a mark, for clicks, is its place among the points.

    Parameters
    ----------
    points : sequence of CostPoint
        All runs; costs above 0.
    cost : str
        Title of the axis.
    is_time : bool
        Whether costs are seconds.
    height : int
        In pixels.
    """
    words = duration_words if is_time else compact
    figure = Draft()
    front = sorted((one for one in points if one.on_front), key=lambda one: (one.cost, one.accuracy))
    figure.add_scatter(
        x=[one.cost for one in front], y=[_error(one.accuracy) for one in front], mode="lines",
        line={"color": ACCENT, "width": 2, "shape": "hv"}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    named = {one.label for one in front[-_MOST_NAMES:]} | {one.label for one in points if one.ticked}
    for name, on_front, colour, symbol in (
        ("Pareto front", True, ACCENT, "circle"),
        ("beaten", False, NEUTRAL, "diamond"),
    ):
        shown = [(number, one) for number, one in enumerate(points) if one.on_front == on_front]
        figure.add_scatter(
            x=[one.cost for _, one in shown],
            y=[_error(one.accuracy) for _, one in shown],
            mode="markers+text",
            name=name,
            text=[chart_label(one.label) if one.label in named else "" for _, one in shown],
            # By turns above and below, for names of neighbours lie close to each other.
            textposition=[
                f"{'bottom' if one in front[1::2] else 'top'} {_side(one, points)}" for _, one in shown
            ],
            textfont={"size": SMALL, "color": TEXT},
            cliponaxis=False,
            marker={"size": 13, "color": colour, "symbol": symbol},
            customdata=[[number] for number, _ in shown],
            hovertext=[
                f"<b>{chart_label(one.label)}</b><br>{percent(one.accuracy)} right "
                f"({percent(one.interval[0])} to {percent(one.interval[1])})<br>{cost}: {words(one.cost)}<br>"
                f"Click to {'take it off' if one.ticked else 'compare it'}"
                for _, one in shown
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    ticked = [one for one in points if one.ticked]
    figure.add_scatter(
        x=[one.cost for one in ticked], y=[_error(one.accuracy) for one in ticked], mode="markers", name="ticked",
        marker={"size": 22, "symbol": "circle-open", "color": MISTAKE, "line": {"width": 3}}, hoverinfo="skip",
    )  # fmt: skip
    errors = [_error(one.accuracy) for one in points] or [1.0]
    lowest, highest = min(errors), max(errors)
    ticks = [one for one in _ACCURACIES if lowest / 1.6 <= _error(one) <= 1.6 * highest]
    figure.update_xaxes(title=cost, type="log", **_ticks(points, is_time=is_time))
    figure.update_yaxes(
        title="test accuracy (mistakes on a log scale)",
        type="log",
        autorange="reversed",
        tickvals=[_error(one) for one in ticks],
        ticktext=[f"{100 * one:g}%" for one in ticks],
    )
    figure.update_layout(
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
        margin={"l": 4, "r": 24, "b": 4},
        hovermode="closest",
    )
    dress(figure, height=height)
    figure.update_xaxes(title={"font": {"size": MEDIUM}})
    return figure.figure()


def _side(one: CostPoint, points: Sequence[CostPoint]) -> str:
    """Return on which side of its mark a name stands: near an edge of the chart it would be cut off there."""
    costs = [math.log(point.cost) for point in points]
    width = max(costs) - min(costs)
    share = (math.log(one.cost) - min(costs)) / width if width else 0.5
    return "left" if share > _EDGE else "right" if share < 1 - _EDGE else "center"


def _error(accuracy: float) -> float:
    return max(1 - accuracy, _LEAST_ERROR)


def _ticks(points: Sequence[CostPoint], *, is_time: bool) -> dict[str, list[float] | list[str]]:
    """Return round costs, at most three for each tenfold one."""
    costs = [one.cost for one in points] or [60.0]
    if is_time:
        steps: list[float] = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86400, 7 * 86400]
    else:
        digits = (1, 2, 5) if max(costs) < 1000 * min(costs) else (1,)
        steps = [float(digit * 10**power) for power in range(16) for digit in digits]
    ticks = [step for step in steps if min(costs) / 3 <= step <= 3 * max(costs)]
    words = [duration_words(step) if is_time else re.sub(r"\.0+ ", " ", compact(step)) for step in ticks]
    return {"tickvals": ticks, "ticktext": words}
