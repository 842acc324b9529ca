"""All trials of a sweep at once: a vertical axis for each hyper-parameter, a line for each trial.

Drawn from ordinary lines, not with Plotly's own parallel coordinates: a trial that was stopped early has no final
value, so its line ends before the last axis; and the text follows the light and the dark page.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cifar_core.charts.draft import Draft
from cifar_core.charts.layout import SMALL, finish
from cifar_core.charts.palette import ACCENT, MISTAKE, NEUTRAL, TEXT, blend
from cifar_core.recipes.fields import Scalar
from cifar_core.sweeps.plan import SweepPlan
from cifar_core.sweeps.space import Search, field_title, value_words
from cifar_core.sweeps.summary import TrialSummary
from cifar_core.words.counts import counted
from cifar_core.words.plotly import chart_label

MOST_LINES = 200
"""Of more finished trials than this the best ones are drawn."""


@dataclass(frozen=True)
class Axis:
    """One vertical axis.

    Attributes
    ----------
    title : str
        What stands above it.
    ticks : tuple of (float, str)
        Positions from 0 (bottom) to 1 (top), and what is written there.
    """

    title: str
    ticks: tuple[tuple[float, str], ...]


def parallel_coordinates_figure(
    plan: SweepPlan, trials: Collection[TrialSummary], *, height: int = 420
) -> go.Figure:
    """Draw the finished trials and those stopped early; the best one stands out.

    Parameters
    ----------
    plan : SweepPlan
        What was searched over.
    trials : collection of TrialSummary
        All trials; those without a final value end at the last hyper-parameter, failed ones are left out.
    height : int
        Height in pixels.
    """
    finished = [
        trial
        for trial in trials
        if trial.state == "finished" and trial.value is not None and math.isfinite(trial.value)
    ]
    sign = 1 if plan.higher_is_better else -1
    finished = sorted(finished, key=lambda trial: (sign * (trial.value or 0.0), -trial.number))[
        -MOST_LINES:
    ]  # best one on top
    pruned = [trial for trial in trials if trial.state == "pruned"][-MOST_LINES:]
    values = [trial.value or 0.0 for trial in finished]
    axes = [
        *(Axis(field_title(search.field), _ticks(search)) for search in plan.space),
        objective_axis(plan, values),
    ]
    figure = Draft()
    if pruned:
        _draw_stopped(figure, plan, pruned)
    for number, trial in enumerate(finished):
        is_best = number == len(finished) - 1
        goodness = objective_position(plan, values, trial.value or 0.0)
        figure.add_scatter(
            x=list(range(len(axes))),
            y=[*_positions(plan, trial), goodness],
            mode="lines+markers",
            name="best" if is_best else "finished",
            legendgroup="best" if is_best else "finished",
            showlegend=is_best or number == max(0, len(finished) - 2),
            line={
                "color": MISTAKE if is_best else blend(NEUTRAL, ACCENT, goodness),
                "width": 5 if is_best else 2,
            },
            opacity=1.0 if is_best else 0.45 + 0.5 * goodness,
            marker={"size": 9 if is_best else 6},
            hovertemplate=_hover(plan, trial),
        )
    _draw_axes(figure, axes)
    return finish(figure, height=height)


def position(search: Search, value: Scalar) -> float:
    """Return where a value stands on its axis, from 0 (bottom) to 1 (top).

    Parameters
    ----------
    search : Search
        The field and what is tried for it: a list stands evenly spaced, a range linearly or by its logarithm.
    value : bool, int, float or str
        A value within the range, or one of the list; one that the list lacks stands in the middle.

    Examples
    --------
    >>> position(Search(field="learning_rate", low=0.001, high=0.1, log=True), 0.01)
    0.5
    """
    if search.values is not None:
        count = len(search.values)
        return search.values.index(value) / (count - 1) if count > 1 and value in search.values else 0.5
    assert search.low is not None
    assert search.high is not None
    number = float(value)
    if search.log:
        return math.log(number / search.low) / math.log(search.high / search.low)
    return (number - search.low) / (search.high - search.low)


def objective_position(plan: SweepPlan, values: Sequence[float], value: float) -> float:
    """Return where a final value stands on the last axis: the best one at 1, the worst at 0.

    Parameters
    ----------
    plan : SweepPlan
        Says whether more is better (accuracy) or less (loss).
    values : sequence of float
        Final values of all trials drawn, at least one: accuracies 0 to 1, or cross-entropies in nats.
    value : float
        One of them, or a value between them.
    """
    low, high = min(values), max(values)
    if low == high:
        return 1.0
    share = (value - low) / (high - low)
    return share if plan.higher_is_better else 1 - share


def objective_axis(plan: SweepPlan, values: Sequence[float]) -> Axis:
    """Return the last axis; the better end is on top.

    Parameters
    ----------
    plan : SweepPlan
        Says what was looked for: accuracy, written in percent, or cross-entropy in nats.
    values : sequence of float
        Final values of all trials drawn, accuracies 0 to 1; without any the axis has no ticks.
    """
    title = "validation accuracy (%)" if plan.higher_is_better else "validation cross-entropy (nats)"
    if not values:
        return Axis(title, ())
    low, high = min(values), max(values)
    steps = [low] if low == high else [low + (high - low) * part / 4 for part in range(5)]
    write = "{:.1f}" if plan.higher_is_better else "{:.3f}"
    scale = 100 if plan.higher_is_better else 1
    return Axis(
        title, tuple((objective_position(plan, values, step), write.format(scale * step)) for step in steps)
    )


def _ticks(search: Search) -> tuple[tuple[float, str], ...]:
    if search.values is not None:
        return tuple((position(search, value), chart_label(value_words(value))) for value in search.values)
    assert search.low is not None
    assert search.high is not None
    if search.log:
        decades = range(
            math.ceil(math.log10(search.low) - 1e-9), math.floor(math.log10(search.high) + 1e-9) + 1
        )
        marks = sorted({search.low, search.high, *(10.0**decade for decade in decades)})
    else:
        marks = [search.low + (search.high - search.low) * part / 4 for part in range(5)]
    if search.kind == "integer":
        marks = sorted({float(round(mark)) for mark in marks})
    return tuple((position(search, mark), f"{mark:.3g}") for mark in marks)


def _positions(plan: SweepPlan, trial: TrialSummary) -> list[float]:
    return [position(search, trial.values[search.field]) for search in plan.space]


def _draw_stopped(figure: Draft, plan: SweepPlan, trials: Collection[TrialSummary]) -> None:
    """Draw all lines of trials that were stopped early as one trace, with gaps between them."""
    x: list[float | None] = []
    y: list[float | None] = []
    texts: list[str] = []
    sizes: list[int] = []
    for trial in trials:
        positions = _positions(plan, trial)
        # A short way towards the last axis, so that a sweep over one hyper-parameter shows them too.
        x += [*range(len(positions)), len(positions) - 0.8, None]
        y += [*positions, positions[-1], None]
        sizes += [5] * len(positions) + [0, 0]
        texts += [_hover(plan, trial)[: -len("<extra></extra>")]] * (len(positions) + 2)
    figure.add_scatter(
        x=x, y=y, text=texts, mode="lines+markers", name="stopped early", legendgroup="stopped early",
        line={"color": NEUTRAL, "width": 1.5, "dash": "dot"}, marker={"size": sizes}, opacity=0.7,
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _hover(plan: SweepPlan, trial: TrialSummary) -> str:
    lines = [f"<b>trial {trial.number + 1}</b>"]
    lines += [
        chart_label(f"{field_title(search.field)}: {value_words(trial.values[search.field])}")
        for search in plan.space
    ]
    if trial.value is not None:
        lines.append(f"{plan.objective_words(trial.value)} after {counted(trial.epochs, 'epoch')}")
    return "<br>".join(lines) + "<extra></extra>"


def _draw_axes(figure: Draft, axes: Sequence[Axis]) -> None:
    for number, axis in enumerate(axes):
        figure.add_shape(
            type="line", x0=number, x1=number, y0=0, y1=1, line={"color": NEUTRAL, "width": 2}, layer="below"
        )
        for height, text in axis.ticks:
            figure.add_annotation(
                x=number, y=height, text=text, showarrow=False, xanchor="right", xshift=-8,
                font={"color": TEXT, "size": SMALL},
            )  # fmt: skip
    figure.update_xaxes(
        tickvals=list(range(len(axes))), ticktext=[axis.title.replace(" ", "<br>") for axis in axes], side="top",
        tickangle=0, range=[-0.1, len(axes) - 0.9], showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(range=[-0.06, 1.06], visible=False)
    figure.update_layout(
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0},
        hovermode="closest",
        margin={"l": 52, "r": 36, "b": 4},  # room for the words beside the first axis and above the last
    )
