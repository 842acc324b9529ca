"""Text can be read from the last row: theme, style sheet and charts keep their contrasts and sizes."""

import re
import tomllib
from pathlib import Path

import pytest

from cifar_core.charts import layout
from cifar_core.charts.confusion import _STRENGTH
from cifar_core.charts.layout import LARGER, with_larger_text
from cifar_core.charts.palette import ACCENT, FAINT, MISTAKE, THEME_TEXT, blend

ROOT = Path(__file__).resolve().parents[3]
STYLE = (ROOT / "pages/parts/frame/style.css").read_text(encoding="utf-8")
THEME = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
TEXT, CAPTION = 4.5, 7.0


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, behind: str) -> float:
    darker, lighter = sorted((luminance(colour), luminance(behind)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def backgrounds(theme: str) -> list[str]:
    look = THEME[theme]
    return [
        part[f"{which}ackgroundColor"] for part in (look, look["sidebar"]) for which in ("b", "secondaryB")
    ]


def pair(declaration: str) -> dict[str, str]:
    """Both colours of each ``light-dark(…)`` that follows a declaration in the style sheet; all are the same."""
    found = set(re.findall(rf"{declaration}: light-dark\((#\w+), (#\w+)\)", STYLE))
    assert len(found) == 1, found
    return dict(zip(("light", "dark"), found.pop(), strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_of_pages_and_charts(theme: str) -> None:
    text = THEME[theme]["textColor"]
    assert THEME_TEXT[theme] == text
    assert pair(r"fill")[theme] == text  # Plotly's
    for behind in backgrounds(theme):
        assert contrast(text, behind) >= TEXT
        assert contrast(blend(behind, text, FAINT), behind) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", [ACCENT, MISTAKE])
def test_numbers_in_the_strongest_cells_of_a_matrix(theme: str, colour: str) -> None:
    cell = blend(THEME[theme]["backgroundColor"], colour, _STRENGTH)
    assert contrast(THEME[theme]["textColor"], cell) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_captions_and_buttons(theme: str) -> None:
    captions = re.search(r'stCaptionContainer"\] \{\s*color: light-dark\((#\w+), (#\w+)\)', STYLE)
    assert captions is not None
    for behind in backgrounds(theme):
        assert contrast(captions[1 if theme == "light" else 2], behind) >= CAPTION
    buttons = re.search(r"\[data-tag\] \* \{\s*color: light-dark\((#\w+), (#\w+)\)", STYLE)
    assert buttons is not None
    assert contrast(buttons[1 if theme == "light" else 2], THEME[theme]["primaryColor"]) >= TEXT


def test_from_1600_pixels_on_no_text_of_a_chart_is_smaller_than_18() -> None:
    (at_1600,) = re.findall(
        r"@media \(min-width: 1600px\) \{\s*html:root \{[^}]*--chart-text: ([\d.]+)", STYLE
    )
    assert float(at_1600) == LARGER
    for size in (layout.SMALL, layout.MEDIUM, layout.TITLE):
        assert size * LARGER >= 18
        for place in (".js-plotly-plot", "#js-plotly-tester"):  # what is drawn, and where Plotly measures it
            assert f'{place} text[style*="font-size: {size}px"]' in STYLE
        assert f"calc({size}px * var(--chart-text, 1))" in STYLE
    sizes = set()
    for file in (ROOT / "cifar_core/charts").glob("*.py"):
        written = file.read_text(encoding="utf-8")
        sizes |= set(re.findall(r'font="?:? ?\{[^{}]*"size": (\w+)|tickfont_size=(\w+)', written))
    assert {name for both in sizes for name in both if name} <= {"SMALL", "MEDIUM", "TITLE"}


def test_a_wide_chart_that_is_live_has_larger_text_in_the_same_places() -> None:
    spec = {
        "title": [{"text": "a", "textStyle": {"fontSize": 16}}, {"text": "b"}],
        "yAxis": {"axisLabel": {"fontSize": 14}, "min": 0},
        "series": [{"type": "line", "data": [1, 2]}],
    }
    larger = with_larger_text(spec)
    assert larger["baseOption"] is spec
    wide, otherwise = larger["media"]
    assert wide["option"] == {
        "title": [{"textStyle": {"fontSize": 21}}, {}],
        "yAxis": {"axisLabel": {"fontSize": 18}},
    }
    assert otherwise == {
        "option": {"title": [{"textStyle": {"fontSize": 16}}, {}], "yAxis": {"axisLabel": {"fontSize": 14}}}
    }
