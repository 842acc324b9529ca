"""Accuracy and loss of one run while it trains, as an ECharts specification for ``st.echarts_chart``.

The other charts are Plotly figures. Streamlit builds a Plotly chart anew each time its figure changes; an ECharts
chart stays where it is and moves its lines, which is what a chart that changes every second needs.
"""

from collections.abc import Hashable, Sequence
from dataclasses import fields
from typing import Any

from cifar_core.charts.layout import MEDIUM, SMALL, finish_spec
from cifar_core.charts.palette import ACCENT, NEUTRAL
from cifar_core.evaluation.loss_names import UNNAMED, LossNames
from cifar_core.remembered import remembered
from cifar_core.runs.metrics import EpochMetrics, Metrics

FEW_EPOCHS = 12
"""So many epochs are marked one by one."""

MOST_POINTS = 500
"""So many fit beside each other; a chart that is sent every second holds no more."""

Points = list[list[float]]


def _what_is_drawn(
    metrics: Metrics, losses: LossNames = UNNAMED, *, kept_epoch: int | None = None
) -> Hashable:
    return id(metrics), losses, kept_epoch


@remembered(most=16, by=_what_is_drawn)
def live_curves_spec(
    metrics: Metrics, losses: LossNames = UNNAMED, *, kept_epoch: int | None = None
) -> dict[str, Any]:
    """Draw accuracy (left) and cross-entropy or loss (right) by epoch: training dashed, validation solid.

    The epoch under way continues the training curve with its newest tick; of the first epoch the figures of its batches
    are drawn until the second one begins. Series keep their order and number
    from look to look, so that the browser moves the lines.

    Parameters
    ----------
    metrics : Metrics
        Epochs so far and the newest tick.
    losses : LossNames, optional
        Which figures are drawn on the right, and what they are.
    kept_epoch : int, optional
        Epoch whose weights were kept; marked with a ring.

    Returns
    -------
    dict
        An ECharts option of plain values; the same one for the same metrics, so nobody may change it.
    """
    spec = {
        "animationDurationUpdate": 500,
        "animationEasingUpdate": "cubicOut",
        "legend": {
            "left": 0,
            "top": 0,
            "itemWidth": 36,
            "textStyle": {"fontSize": MEDIUM},
            "data": ["validation", "training", *(["weights kept"] if kept_epoch else [])],
        },
        "tooltip": {"trigger": "axis", "valueFormatter": "%.3f", "textStyle": {"fontSize": SMALL}},
        "grid": [
            {"left": 48, "right": "52%", "top": 84, "bottom": 56},
            {"left": "57%", "right": 12, "top": 84, "bottom": 56},
        ],
        "xAxis": [
            {
                **_axis("epoch", panel),
                "nameLocation": "middle",
                "nameGap": 34,
                "nameTextStyle": {"fontSize": MEDIUM},
            }
            for panel in (0, 1)
        ],
        "yAxis": [
            # Titles stand above the axes: turned on their side they would take a tenth of the width of a narrow page.
            {**_axis("accuracy (%)", 0), "max": 100, "interval": 25},
            {**_axis(losses.axis, 1), "minInterval": 0.1},
        ],
        "series": [
            *_curves(metrics, "accuracy", "val_accuracy", 0, scale=100, kept_epoch=kept_epoch),
            *_curves(
                metrics, losses.training_field, losses.validation_field, 1, scale=1, kept_epoch=kept_epoch
            ),
        ],
    }
    return finish_spec(spec)


def metrics_columns(metrics: Metrics) -> dict[str, list[Any]]:
    """Return what the curves are drawn from as a table by column: a row for each finished epoch.

    Parameters
    ----------
    metrics : Metrics
        Epochs so far.
    """
    names = [field.name for field in fields(EpochMetrics)]
    return {name: [getattr(epoch, name) for epoch in metrics.epochs] for name in names}


def _axis(name: str, panel: int) -> dict[str, Any]:
    return {
        "type": "value",
        "gridIndex": panel,
        "min": 0,
        "minInterval": 1,
        "name": name,
        "nameTextStyle": {"fontSize": MEDIUM, "align": "left", "padding": [0, 0, 4, -40]},
        "axisLabel": {"fontSize": SMALL},
        "splitNumber": 4,
    }


def _curves(
    metrics: Metrics, trained: str, validated: str, panel: int, *, scale: float, kept_epoch: int | None
) -> list[dict[str, Any]]:
    epochs, tick = _thinned(metrics.epochs, kept_epoch), metrics.tick
    validation, training = _points(epochs, validated, scale), _points(epochs, trained, scale)
    if len(metrics.lines) <= 1 and len(metrics.first_ticks) > 1:
        training = [[one.step / one.steps, scale * getattr(one, trained)] for one in metrics.first_batches]
    elif tick is not None:
        training.append([tick.epoch - 1 + tick.step / tick.steps, scale * getattr(tick, trained)])
    axes = {"xAxisIndex": panel, "yAxisIndex": panel, "symbol": "circle"}
    line = {**axes, "type": "line", "symbolSize": 8}
    return [
        {
            **line,
            "name": "validation",
            "showSymbol": len(validation) <= FEW_EPOCHS,
            "data": validation,
            "color": ACCENT,
            "lineStyle": {"width": 4, "color": ACCENT},
            "z": 3,
        },
        {
            **line,
            "name": "training",
            "showSymbol": len(training) <= FEW_EPOCHS,
            "data": training,
            "color": NEUTRAL,
            "lineStyle": {"width": 3, "color": NEUTRAL, "type": "dashed"},
        },
        {
            **axes,
            "type": "scatter",
            "name": "weights kept",
            "data": [point for point in validation if point[0] == kept_epoch],
            "color": ACCENT,
            "symbolSize": 20,
            "itemStyle": {"color": "transparent", "borderColor": ACCENT, "borderWidth": 3},
            "tooltip": {"show": False},
            "z": 4,
        },
    ]


def _thinned(epochs: Sequence[EpochMetrics], kept_epoch: int | None) -> Sequence[EpochMetrics]:
    """Leave out epochs that lie closer than the screen can show; the newest and the kept one always stay."""
    stride = -(-len(epochs) // MOST_POINTS)
    if stride <= 1:
        return epochs
    last = len(epochs) - 1
    return [
        line
        for number, line in enumerate(epochs)
        if (last - number) % stride == 0 or line.epoch == kept_epoch
    ]


def _points(epochs: Sequence[EpochMetrics], measure: str, scale: float) -> Points:
    return [[line.epoch, scale * getattr(line, measure)] for line in epochs]
