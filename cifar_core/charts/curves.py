"""How accuracy and loss changed from epoch to epoch."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from cifar_core.charts.layout import finish
from cifar_core.charts.legend import ABOVE, legend_height
from cifar_core.charts.palette import run_colours
from cifar_core.evaluation.loss_names import UNNAMED, LossNames
from cifar_core.evaluation.repeats import mean_curve
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

MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star", "pentagon", "hexagram")
"""On the validation lines of the runs, one after the other: they are told apart without their colours too."""

_MOST_MARKS, _MOST_TICKS = 8, 12


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


def accuracy_figure(curves: Curves, repeated: Repeated = NONE, *, height: int = 420) -> go.Figure:
    """Draw the accuracy of several runs by epoch: training dashed, validation solid, a colour for each run.

    Repeats over seeds are drawn as their mean, with a band for its 95% interval on validation.

    Parameters
    ----------
    curves : mapping of str to sequence of EpochMetrics
        Single runs, by the name that the legend gives each.
    repeated : mapping of str to sequence of sequence of EpochMetrics
        Recipes that were trained with several seeds, by name; they come first in the legend.
    height : int
        Height in pixels.
    """
    figure = _overlaid(curves, repeated, lambda name: _ACCURACY, scale=100, unit="%")
    figure.update_yaxes(title="accuracy (%)")
    return finish(figure, height=height + legend_height([*repeated, *curves]))


def loss_figure(
    curves: Curves, repeated: Repeated = NONE, losses: Names = UNKNOWN, *, height: int = 420
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
    height : int
        Height in pixels.
    """

    def of(name: str) -> LossNames:
        return losses.get(name, UNNAMED)

    figure = _overlaid(curves, repeated, lambda name: _loss_lines(of(name)), scale=1, unit=" nats")
    pure = all(of(name).is_cross_entropy for name in (*curves, *repeated))
    figure.update_yaxes(title="cross-entropy (nats)" if pure else "loss (nats)", rangemode="tozero")
    return finish(figure, height=height + legend_height([*repeated, *curves]))


def _overlaid(
    curves: Curves,
    repeated: Repeated,
    lines_of: Callable[[str], tuple[_Line, _Line]],
    *,
    scale: float,
    unit: str,
) -> go.Figure:
    figure = go.Figure()
    colours = run_colours(len(curves) + len(repeated))
    marks = itertools.cycle(MARKS)
    for (name, runs), colour in zip(repeated.items(), colours, strict=False):
        _draw_mean(figure, name, runs, lines_of(name), (colour, next(marks)), scale=scale, unit=unit)
    for (name, epochs), colour in zip(curves.items(), colours[len(repeated) :], strict=True):
        mark = next(marks)
        numbers, label = [line.epoch for line in epochs], chart_label(name)
        for line in lines_of(name):
            figure.add_trace(
                go.Scatter(
                    x=numbers,
                    y=[scale * getattr(epoch, line.field) for epoch in epochs],
                    name=label,
                    legendgroup=name,
                    showlegend=line.dash == "solid",
                    **_marked(line, colour, mark, len(numbers)),
                    line={"color": colour, "dash": line.dash, "width": 3 if line.dash == "solid" else 2},
                    hovertemplate=f"{label}, {line.content}<br>epoch %{{x}}: %{{y:.3~f}}{unit}<extra></extra>",
                )
            )
    drawn = [*curves.values(), *(epochs for runs in repeated.values() for epochs in runs)]
    longest = max((line.epoch for epochs in drawn for line in epochs), default=1)
    step = _whole_step(longest)
    # With a step of 1 from the first epoch on; else 5, 10, 15 …
    first = 1 if step == 1 else 0
    figure.update_xaxes(
        title="epoch", range=[0.5, max(longest, 2) + 0.5], tickformat="d", tick0=first, dtick=step
    )
    figure.update_layout(
        legend=ABOVE,
        hovermode="closest",
        margin={"l": 4, "r": 12, "b": 4},
    )
    return figure


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
    figure: go.Figure,
    name: str,
    runs: Sequence[Sequence[EpochMetrics]],
    lines: tuple[_Line, _Line],
    look: tuple[str, str],
    *,
    scale: float,
    unit: str,
) -> None:
    """Draw the mean of one recipe's runs: validation solid with a band, training dashed."""
    label = chart_label(name)
    colour, mark = look
    curves = [mean_curve(runs, line.field) for line in lines]
    validation = curves[0]
    epochs = validation.epochs.tolist()
    # A gap within its outline would cut the band into pieces that close upon themselves.
    known = np.isfinite(validation.low) & np.isfinite(validation.high)
    low, high, around = validation.low[known], validation.high[known], validation.epochs[known].tolist()
    figure.add_trace(
        go.Scatter(
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
    )
    for curve, line in zip(curves, lines, strict=True):
        figure.add_trace(
            go.Scatter(
                x=epochs,
                y=(scale * curve.mean).tolist(),
                name=label,
                legendgroup=name,
                showlegend=line.dash == "solid",
                **_marked(line, colour, mark, len(epochs)),
                line={"color": colour, "dash": line.dash, "width": 4 if line.dash == "solid" else 2},
                customdata=(scale * np.stack([curve.low, curve.high], axis=1)).tolist(),
                hovertemplate=f"{label}, {line.content}, mean<br>epoch %{{x}}: %{{y:.3~f}}{unit}, 95% interval "
                "%{customdata[0]:.3~f} to %{customdata[1]:.3~f}<extra></extra>",
            )
        )
