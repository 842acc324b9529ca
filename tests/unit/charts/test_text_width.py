"""How wide a text is on a chart."""

import pytest

from cifar_core.charts.text_width import text_width


@pytest.mark.parametrize(
    ("text", "size", "wide"),
    [
        ("", 14, 0),
        ("frog", 100, 29 + 35 + 54 + 50),
        ("automobile", 14, 0.14 * (50 + 54 + 34 + 54 + 83 + 54 + 55 + 25 + 25 + 50)),
        ("AZ az~", 100, 54 + 54 + 20 + 50 + 42 + 50),
        ("a &amp; b", 100, 50 + 20 + 61 + 20 + 55),  # as a chart writes “a & b”
        ("Käfer", 100, 58 + 100 + 29 + 50 + 35),
        ("虎\t", 10, 20),
    ],
)
def test_each_letter_has_its_width(text: str, size: float, wide: float) -> None:
    assert text_width(text, size) == pytest.approx(wide)
