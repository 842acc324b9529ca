"""The chart of a class that grows: the picture, its text alternative and the table say the same."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_classroom_chart", DOCS / "make_classroom_chart.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_is_of_the_figures_that_are_kept(generator: ModuleType) -> None:
    found = json.loads(generator.SOURCE.read_text(encoding="utf-8"))
    assert generator.TARGET.read_text(encoding="utf-8") == generator.classroom_svg(found)


def test_it_can_be_read_without_being_seen_and_the_table_says_the_same(generator: ModuleType) -> None:
    root = ElementTree.fromstring(generator.TARGET.read_text(encoding="utf-8"))
    told = root.findtext(f"{SVG}desc") or ""
    page = (DOCS / "performance.md").read_text(encoding="utf-8")
    for one in json.loads(generator.SOURCE.read_text(encoding="utf-8")):
        assert f"{one['clients']} clients: half of the steps within {one['p50']:.2f} s" in told
        assert f"| {one['clients']}, three rounds | 5 s | {one['p50']:.2f} | {one['p95']:.2f} |" in page


def test_more_seconds_stand_higher(generator: ModuleType) -> None:
    found = [{"clients": 1, "p50": 0.1, "p95": 20.0}, {"clients": 100, "p50": 1.0, "p95": 99.0}]
    root = ElementTree.fromstring(generator.classroom_svg(found))
    upper, lower = (
        [float(dot.get("cy", "nan")) for dot in root.iter(f"{SVG}circle") if dot.get("fill") == colour]
        for _, _, colour in generator.SERIES
    )
    assert upper == [generator.TOP, generator.TOP]  # what lies beyond the scale stands at its end
    assert lower[0] == generator.BOTTOM
    assert generator.TOP < lower[1] < lower[0]
