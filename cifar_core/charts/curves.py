"""How accuracy and loss changed from epoch to epoch."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.curve_look import Look, drawn_rows
from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import finish
from cifar_core.charts.legend import ABOVE, legend_height
from cifar_core.charts.palette import NEUTRAL, TEXT, run_colours
from cifar_core.evaluation.loss_names import UNNAMED, LossNames
from cifar_core.evaluation.repeats import mean_curve
from cifar_core.evaluation.smoothing import smoothed
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.words.plotly import chart_label

Curves = Mapping[str, Sequence[EpochMetrics]]
"""The finished epochs of each run, in order, by the name that the legend gives it."""

Repeated = Mapping[str, Sequence[Sequence[EpochMetrics]]]
"""The finished epochs of each run of a recipe that was trained with several seeds, by the recipe's name."""

NONE: Repeated = {}

Names = Mapping[str, LossNames]
"""What the losses of each run or recipe are, by the name that the legend gives it."""

UNKNOWN: Names = {}

PLAIN = Look()

MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star", "pentagon", "hexagram")
"""On the validation lines of the runs, one after the other: they are told apart without their colours too."""

_MOST_MARKS, _MOST_TICKS = 8, 12
_PERCENT = 100
_TICKS = [digit * 10.0**power for power in range(-6, 4) for digit in (1, 2, 5)]
# Plotly's own ticks write a bare 5 for 0.5.
_LOGARITHMIC = {"type": "log", "tickvals": _TICKS, "ticktext": [f"{tick:g}" for tick in _TICKS]}


@dataclass(frozen=True)
class _Line:
    """One of the two lines of a run: which field it draws, and what a pointer over it says."""

    field: str
    dash: str
    content: str


_ACCURACY = (
    _Line("val_accuracy", "solid", "validation"),
    _Line("accuracy", "dash", "training"),
)


def _loss_lines(losses: LossNames) -> tuple[_Line, _Line]:
    return (
        _Line(losses.validation_field, "solid", chart_label(losses.validation_content)),
        _Line(losses.training_field, "dash", chart_label(losses.training_content)),
    )


@drawn_once()
def accuracy_figure(
    curves: Curves, repeated: Repeated = NONE, *, look: Look = PLAIN, height: int = 420
) -> go.Figure:
    """Draw the accuracy of several runs by epoch: training dashed, validation solid, a colour for each run.

    Repeats over seeds are drawn as their mean, with a band for its 95% interval on validation.

    Parameters
    ----------
    curves : mapping of str to sequence of EpochMetrics
        Single runs, by the name that the legend gives each.
    repeated : mapping of str to sequence of sequence of EpochMetrics
        Recipes that were trained with several seeds, by name; they come first in the legend.
    look : Look
        Axis, smoothing, background; only losses are drawn on a logarithmic axis and marked.
    height : int
        Height in pixels.
    """
    figure = _overlaid(curves, repeated, lambda name: _ACCURACY, look, scale=_PERCENT, unit="%")
    figure.update_yaxes(title="accuracy (%)")
    return finish(figure, height=height + legend_height([*repeated, *curves]))


@drawn_once()
def loss_figure(
    curves: Curves,
    repeated: Repeated = NONE,
    losses: Names = UNKNOWN,
    *,
    look: Look = PLAIN,
    height: int = 420,
) -> go.Figure:
    """Draw the cross-entropy of several runs by epoch in the same way, or the loss of those that have no other figure.

    Parameters
    ----------
    curves : mapping of str to sequence of EpochMetrics
        Single runs, by the name that the legend gives each.
    repeated : mapping of str to sequence of sequence of EpochMetrics
        Recipes that were trained with several seeds, by name; they come first in the legend.
    losses : mapping of str to LossNames
        What the figures of each run and recipe are, by its name; of those left out only the losses are known.
    look : Look
        Axis, smoothing, background, logarithm, marks.
    height : int
        Height in pixels.
    """

    def of(name: str) -> LossNames:
        return losses.get(name, UNNAMED)

    figure = _overlaid(curves, repeated, lambda name: _loss_lines(of(name)), look, scale=1, unit=" nats")
    _mark_lowest(figure, look)
    pure = all(of(name).is_cross_entropy for name in (*curves, *repeated))
    figure.update_yaxes(title="cross-entropy (nats)" if pure else "loss (nats)")
    figure.update_yaxes(**_LOGARITHMIC if look.log else {"rangemode": "tozero"})
    return finish(figure, height=height + legend_height([*repeated, *curves]))


def _overlaid(
    curves: Curves,
    repeated: Repeated,
    lines_of: Callable[[str], tuple[_Line, _Line]],
    look: Look,
    *,
    scale: float,
    unit: str,
) -> Draft:
    figure = Draft()
    lines = (len(curves) + len(repeated)) * (4 if look.smoothing else 2) + len(look.background)
    _draw_background(figure, look, lines, scale=scale)
    colours = run_colours(len(curves) + len(repeated))
    marks = itertools.cycle(MARKS)
    for (name, runs), colour in zip(repeated.items(), colours, strict=False):
        _draw_mean(figure, name, runs, lines_of(name), (colour, next(marks)), look, scale=scale, unit=unit)
    for (name, epochs), colour in zip(curves.items(), colours[len(repeated) :], strict=True):
        mark = next(marks)
        numbers, label = [line.epoch for line in epochs], chart_label(name)
        rows = drawn_rows(len(numbers), lines)
        x = look.x(name, numbers)[rows]
        for line in lines_of(name):
            values = scale * np.array([getattr(epoch, line.field) for epoch in epochs], np.float64)
            _draw_original(figure, name, x, values[rows], colour, look)
            figure.add_scatter(
                x=x,
                y=_drawn(values, look)[rows],
                name=label,
                legendgroup=name,
                showlegend=line.dash == "solid",
                **_marked(line, colour, mark, len(numbers)),
                line={"color": colour, "dash": line.dash, "width": 3 if line.dash == "solid" else 2},
                hovertemplate=f"{label}, {line.content}{_smoothly(look)}<br>{look.title} %{{x:,.6~g}}: "
                f"%{{y:.3~f}}{unit}<extra></extra>",
            )
    _name_axis(figure, curves, repeated, look)
    figure.update_layout(
        legend=ABOVE,
        hovermode="closest",
        margin={"l": 4, "r": 12, "b": 4},
    )
    return figure


def _name_axis(figure: Draft, curves: Curves, repeated: Repeated, look: Look) -> None:
    if look.title != "epoch":
        figure.update_xaxes(title=look.title, rangemode="tozero")
        return
    drawn = [*curves.values(), *(epochs for runs in repeated.values() for epochs in runs)]
    longest = max((line.epoch for epochs in drawn for line in epochs), default=1)
    behind = (float(np.nanmax(curve.x)) for curve in look.background.values() if len(curve.x))
    longest = int(max([longest, *behind]))
    step = _whole_step(longest)
    # With a step of 1 from the first epoch on; else 5, 10, 15 …
    first = 1 if step == 1 else 0
    figure.update_xaxes(
        title="epoch", range=[0.5, max(longest, 2) + 0.5], tickformat="d", tick0=first, dtick=step
    )


def _draw_background(figure: Draft, look: Look, lines: int, *, scale: float) -> None:
    for name, curve in look.background.items():
        values = curve.accuracy if scale == _PERCENT else curve.loss
        rows = drawn_rows(len(values), lines)
        figure.add_scatter(
            x=curve.x[rows].astype(np.float32),
            y=(scale * _drawn(values, look)[rows]).astype(np.float32),
            mode="lines",
            opacity=0.5,
            line={"color": NEUTRAL, "width": 1},
            showlegend=False,
            hovertemplate=f"{chart_label(name)}<extra></extra>",
        )


def _drawn(values: NDArray[np.float64], look: Look) -> NDArray[np.float64]:
    return smoothed(values, look.smoothing) if look.smoothing else values


def _smoothly(look: Look) -> str:
    return ", smoothed" if look.smoothing else ""


def _draw_original(
    figure: Draft, name: str, x: NDArray[np.float64], y: NDArray[np.float64], colour: str, look: Look
) -> None:
    """Draw faintly what a smoothed line is made of."""
    if look.smoothing:
        figure.add_scatter(
                x=x, y=y, mode="lines", opacity=0.25, line={"color": colour, "width": 1}, legendgroup=name,
                showlegend=False, hoverinfo="skip",
            )  # fmt: skip


def _mark_lowest(figure: Draft, look: Look) -> None:
    for name, (epoch, loss) in look.lowest.items():
        label = chart_label(name)
        figure.add_scatter(
            x=look.x(name, [epoch]),
            y=[loss],
            mode="markers",
            legendgroup=name,
            showlegend=False,
            marker={"symbol": "circle-open", "size": 18, "color": TEXT, "line": {"width": 3}},
            hovertemplate=f"{label}: lowest validation loss, after epoch {epoch}: %{{y:.3~f}} nats<extra></extra>",
        )


def _whole_step(longest: int) -> int:
    """Return the step between two ticks of the axis of epochs: whole, so that no epoch is named twice."""
    steps = (digit * 10**power for power in itertools.count() for digit in (1, 2, 5))
    return int(next(step for step in steps if longest <= step * _MOST_TICKS))


def _marked(line: _Line, colour: str, mark: str, points: int) -> dict[str, Any]:
    """Return what marks a line: validation by the run's own sign; training only where there is no line to draw."""
    if line.dash == "solid":
        sign = {"symbol": mark, "size": 10, "color": colour, "maxdisplayed": _MOST_MARKS}
        return {"mode": "lines+markers", "marker": sign}
    return {"mode": "lines+markers" if points < 3 else "lines"}


def _draw_mean(
    figure: Draft,
    name: str,
    runs: Sequence[Sequence[EpochMetrics]],
    lines: tuple[_Line, _Line],
    sign: tuple[str, str],
    look: Look,
    *,
    scale: float,
    unit: str,
) -> None:
    """Draw the mean of one recipe's runs: validation solid with a band, training dashed."""
    label = chart_label(name)
    colour, mark = sign
    curves = [mean_curve(runs, line.field) for line in lines]
    validation = curves[0]
    x = look.x(name, validation.epochs.tolist())
    # A gap within its outline would cut the band into pieces that close upon themselves.
    known = np.isfinite(validation.low) & np.isfinite(validation.high)
    low, high, around = validation.low[known], validation.high[known], x[known].tolist()
    figure.add_scatter(
        x=around + around[::-1],
        y=[*(scale * high).tolist(), *(scale * low[::-1]).tolist()],
        fill="toself",
        fillcolor=colour,
        opacity=0.2,
        mode="none",
        legendgroup=name,
        showlegend=False,
        hoverinfo="skip",
    )
    for curve, line in zip(curves, lines, strict=True):
        _draw_original(figure, name, x, scale * curve.mean, colour, look)
        figure.add_scatter(
            x=x,
            y=(scale * _drawn(curve.mean, look)).tolist(),
            name=label,
            legendgroup=name,
            showlegend=line.dash == "solid",
            **_marked(line, colour, mark, len(x)),
            line={"color": colour, "dash": line.dash, "width": 4 if line.dash == "solid" else 2},
            customdata=(scale * np.stack([curve.low, curve.high], axis=1)).tolist(),
            hovertemplate=f"{label}, {line.content}, mean{_smoothly(look)}<br>{look.title} %{{x:,.6~g}}: "
            f"%{{y:.3~f}}{unit}, 95% interval "
            "%{customdata[0]:.3~f} to %{customdata[1]:.3~f}<extra></extra>",
        )
