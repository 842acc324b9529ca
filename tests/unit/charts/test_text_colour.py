"""Text of charts that Streamlit leaves to ECharts: in the theme's own colour."""

from cifar_core.charts.layout import with_text_colour
from cifar_core.charts.live_curves import live_curves_spec
from cifar_core.runs.metrics import EpochMetrics, Metrics

EPOCHS = tuple(EpochMetrics(n, 1.0, 0.4, 1.1, 0.5, 1e-3, 900.0, 2.0) for n in (1, 2, 3))


def test_every_text_of_the_live_charts_has_it() -> None:
    spec = with_text_colour(live_curves_spec(Metrics(EPOCHS, None)), "#123456")
    for axis in (*spec["xAxis"], *spec["yAxis"]):
        assert axis["axisLabel"]["color"] == "#123456"
        assert axis["nameTextStyle"]["color"] == "#123456"
    assert spec["legend"]["textStyle"]["color"] == "#123456"
    assert "color" not in spec["tooltip"]["textStyle"]
    assert live_curves_spec(Metrics(EPOCHS, None))["legend"]["textStyle"].get("color") is None


def test_gauges_too() -> None:
    spec = with_text_colour({"title": [{"textStyle": {}, "subtextStyle": {"fontSize": 14}}]}, "#123456")
    assert spec == {
        "title": [{"textStyle": {"color": "#123456"}, "subtextStyle": {"fontSize": 14, "color": "#123456"}}]
    }
