import tomllib
from pathlib import Path

import pytest

from cifar_core.charts.palette import (
    ACCENT,
    CHANNELS,
    CLASS_COLOURS,
    MISTAKE,
    blend,
    class_colours,
    fading_scale,
    run_colours,
)

THEME = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text())["theme"]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_theme_has_the_same_ten_colours() -> None:
    assert tuple(THEME["chartCategoricalColors"]) == CLASS_COLOURS == class_colours(10)


@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize("colour", [ACCENT, MISTAKE, *CHANNELS])
def test_marks_stand_out_on_both_pages(page: str, colour: str) -> None:
    assert contrast(colour, THEME[page]["backgroundColor"]) >= 3


@pytest.mark.parametrize("count", [0, 1, 3, 11, 20, 37, 100])
def test_every_class_has_a_colour_of_its_own(count: int) -> None:
    colours = class_colours(count)
    assert len(colours) == len(set(colours)) == count
    assert colours[:10] == CLASS_COLOURS[:count]


def test_every_run_has_a_colour_of_its_own() -> None:
    assert len(set(run_colours(14))) == 14
    assert set(run_colours(10)) == set(CLASS_COLOURS)


def test_blend() -> None:
    assert blend("#000000", "#ffffff", 0.5) == "#808080"
    assert blend("#123456", "#ffffff", 0) == "#123456"


def test_the_scale_fades_into_the_page() -> None:
    assert fading_scale("#102030") == [(0.0, "rgba(16,32,48,0)"), (1.0, "rgba(16,32,48,1)")]
