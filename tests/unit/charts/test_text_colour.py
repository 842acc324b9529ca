"""Text of charts that Streamlit leaves to ECharts: in the theme's own colour, at 7:1 and more."""

import tomllib

import pytest

from cifar_core.charts.layout import with_text_colour
from cifar_core.charts.live_curves import live_curves_spec
from cifar_core.charts.palette import THEME_TEXT
from cifar_core.runs.metrics import EpochMetrics, Metrics
from cifar_core.settings import PROJECT_ROOT

EPOCHS = tuple(EpochMetrics(n, 1.0, 0.4, 1.1, 0.5, 1e-3, 900.0, 2.0) for n in (1, 2, 3))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_are_those_of_the_theme_and_can_be_read(theme: str) -> None:
    config = tomllib.loads((PROJECT_ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    colours = config["theme"][theme]
    assert THEME_TEXT[theme] == colours["textColor"]
    text, page = sorted(
        (luminance(colours["textColor"]), luminance(colours["backgroundColor"])), reverse=True
    )
    assert (text + 0.05) / (page + 0.05) >= 7


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
