"""The drawings of a report show their numbers, and nothing that is none."""

import math
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from cifar_core.report.drawing import Line, draw_intervals, draw_lines, draw_matrix, safe
from tests.hostile import MARKUP


def numbers(drawing: str) -> list[float]:
    return [float(one) for one in re.findall(r"(?<![#\w.])-?\d+(?:\.\d+)?(?![\w.])", drawing)]


@pytest.mark.parametrize("y", [[1.0, math.nan, 3.0, math.inf, 2.0], [5.0], [2.0, 2.0], [1e-9, 1e9]])
def test_a_line_has_gaps_and_no_number_that_is_none(y: list[float]) -> None:
    drawn = draw_lines([Line("a", range(len(y)), y)], "epoch", "accuracy")
    assert "nan" not in drawn
    assert "inf" not in drawn
    (path,) = re.findall(r'<path d="(M[^"]*)" fill="none" stroke="#3f90da"', drawn)
    begun = [
        n for n, value in enumerate(y) if math.isfinite(value) and (n == 0 or not math.isfinite(y[n - 1]))
    ]
    assert path.count("M") == len(begun)
    assert path.count("M") + path.count("L") == sum(map(math.isfinite, y))


def test_higher_is_above_and_later_is_right() -> None:
    drawn = draw_lines([Line("a", [1, 2, 3], [10, 30, 20])], "epoch", "accuracy")
    (path,) = re.findall(r'<path d="(M[^"]*)" fill="none"', drawn)
    points = [tuple(map(float, one.split())) for one in re.split("[ML]", path)[1:]]
    assert points[0][0] < points[1][0] < points[2][0]
    assert points[1][1] < points[2][1] < points[0][1]


def test_nothing_to_draw_is_no_drawing() -> None:
    assert draw_lines([], "a", "b") == ""
    assert draw_lines([Line("a", [1.0], [math.nan])], "a", "b") == ""
    assert draw_intervals([], "%") == ""


def test_a_long_training_is_thinned() -> None:
    many = 100_000
    assert len(draw_lines([Line("a", range(many), np.sin(np.arange(many)).tolist())], "x", "y")) < 20_000


def test_intervals_overlap_in_the_drawing_where_they_do() -> None:
    drawn = draw_intervals([("a", 50, 40, 60), ("b", 70, 65, 75)], "%")
    ends = [(float(low), float(high)) for low, high in re.findall(r'd="M([\d.]+) [\d.]+H([\d.]+)M', drawn)]
    assert ends[0][0] < ends[0][1] < ends[1][0] < ends[1][1]
    assert draw_intervals([("a", 50, 50, 50)], "%")


@pytest.mark.parametrize("size", [26, 100])
def test_each_cell_of_a_large_matrix_is_drawn_once(size: int) -> None:
    counts = np.random.default_rng(0).poisson(0.5, (size, size))
    drawn = draw_matrix(counts)
    cells = re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn)
    assert sorted((int(y), int(x)) for x, y in cells) == [tuple(one) for one in np.argwhere(counts).tolist()]
    assert len(drawn) < 300_000
    assert draw_matrix(np.zeros((30, 30), np.int64))


@pytest.mark.parametrize("name", MARKUP)
def test_a_name_is_shown_as_it_is(name: str) -> None:
    drawn = draw_intervals([(name, 50, 40, 60)], "%") + draw_lines([Line(name, [1, 2], [1, 2])], "x", "y")
    whole = ElementTree.fromstring(f"<p>{drawn}</p>".replace("&nbsp;", " "))
    assert {one.tag for one in whole.iter()} <= {"p", "svg", "path", "text", "circle", "span"}
    assert safe(name) in drawn
