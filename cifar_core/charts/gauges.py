"""How busy the hardware is, as figures over small curves of the last minute; for ``st.echarts_chart``."""

from collections.abc import Sequence
from typing import Any

from cifar_core.charts.layout import MEDIUM, SMALL, finish_spec
from cifar_core.charts.palette import ACCENT, NEUTRAL
from cifar_core.hardware.gauge import Gauge

HEIGHT = 128
_TEXT_HEIGHT = 64
_SECONDS = 60


def gauges_spec(gauges: Sequence[Gauge]) -> dict[str, Any]:
    """Draw the gauges side by side: the figure, under it its last minute on an axis that never changes.

    The axis runs from zero to all there is, so that half a curve's height is half the hardware. Where a run has a
    share of the whole, that share is the dark part.

    Parameters
    ----------
    gauges : sequence of Gauge
        One to four.

    Returns
    -------
    dict
        An ECharts option of plain values.
    """
    count = len(gauges)
    width = 100 / count
    lefts = [f"{width * number:.4g}%" for number in range(count)]
    panels = list(enumerate(zip(gauges, lefts, strict=True)))
    spec = {
        "animation": False,  # Drawn anew every second: to animate such small steps would only keep a slow laptop busy.
        "title": [_figure(gauge, left) for _, (gauge, left) in panels],
        "grid": [
            {"left": left, "width": f"{width * 0.92:.4g}%", "top": _TEXT_HEIGHT, "bottom": 4}
            for _, (_, left) in panels
        ],
        "xAxis": [
            {"type": "value", "gridIndex": number, "min": 1 - _SECONDS, "max": 0, "show": False}
            for number, _ in panels
        ],
        "yAxis": [
            {"type": "value", "gridIndex": number, "min": 0, "max": gauge.top, "show": False}
            for number, (gauge, _) in panels
        ],
        "series": [
            series
            for number, (gauge, _) in panels
            for series in (
                _curve(gauge.course, number, NEUTRAL if gauge.share else ACCENT),
                _curve(gauge.share, number, ACCENT),
            )
        ],
    }
    return finish_spec(spec)


def _figure(gauge: Gauge, left: str) -> dict[str, Any]:
    return {
        "text": gauge.value,
        "subtext": gauge.name,
        "left": left,
        "top": 4,
        "padding": 0,
        "itemGap": 8,
        "textStyle": {"fontSize": MEDIUM + 6, "fontWeight": "normal"},
        "subtextStyle": {"fontSize": SMALL},
    }


def _curve(course: Sequence[float], panel: int, colour: str) -> dict[str, Any]:
    points = [[number + 1 - len(course), round(value, 4)] for number, value in enumerate(course)]
    return {
        "type": "line",
        "xAxisIndex": panel,
        "yAxisIndex": panel,
        "data": points,
        "showSymbol": False,
        "silent": True,
        "color": colour,
        "lineStyle": {"width": 2, "color": colour},
        "areaStyle": {"color": colour, "opacity": 0.25},
    }
