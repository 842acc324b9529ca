"""How accuracy and loss changed from epoch to epoch."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from cifar_core.charts.labels import chart_label
from cifar_core.charts.layout import finish
from cifar_core.charts.palette import run_colours
from cifar_core.runs.metrics import EpochMetrics

Curves = Mapping[str, Sequence[EpochMetrics]]
"""The finished epochs of each run, in order, by the name that the legend gives it."""


def accuracy_figure(curves: Curves, *, height: int = 420) -> go.Figure:
    """Draw the accuracy of several runs by epoch: training dashed, validation solid, a colour for each run."""
    figure = _overlaid(curves, "accuracy", "val_accuracy", scale=100, unit=" %")
    figure.update_yaxes(title="accuracy (%)")
    return finish(figure, height=height)


def loss_figure(curves: Curves, *, height: int = 420) -> go.Figure:
    """Draw the cross-entropy loss of several runs by epoch, in the same way."""
    figure = _overlaid(curves, "loss", "val_loss", scale=1, unit=" nats")
    figure.update_yaxes(title="cross-entropy loss (nats)", rangemode="tozero")
    return finish(figure, height=height)


def _overlaid(curves: Curves, training: str, validation: str, *, scale: float, unit: str) -> go.Figure:
    figure = go.Figure()
    for (name, epochs), colour in zip(curves.items(), run_colours(len(curves)), strict=True):
        numbers, label = [line.epoch for line in epochs], chart_label(name)
        for field, dash, kind in ((validation, "solid", "validation"), (training, "dash", "training")):
            figure.add_trace(
                go.Scatter(
                    x=numbers,
                    y=[scale * getattr(line, field) for line in epochs],
                    name=f"{label}, {kind}",
                    legendgroup=name,
                    # A run of one epoch has no line to draw.
                    mode="lines+markers" if len(numbers) < 3 else "lines",
                    line={"color": colour, "dash": dash, "width": 3 if kind == "validation" else 2},
                    hovertemplate=f"{label}, {kind}<br>epoch %{{x}}: %{{y:.3~f}}{unit}<extra></extra>",
                )
            )
    longest = max((line.epoch for epochs in curves.values() for line in epochs), default=1)
    figure.update_xaxes(title="epoch", range=[0.5, max(longest, 2) + 0.5], tickformat="d", nticks=12)
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
        margin={"l": 4, "r": 12, "b": 4},
    )
    return figure
