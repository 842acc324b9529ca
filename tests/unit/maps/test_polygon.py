"""Which points lie in a region, against OpenCV, and how a region is written short."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.maps.polygon import MOST_CORNERS, inside, short_corners

SQUARE = np.array([(10, 10), (20, 10), (20, 20), (10, 20)], np.float64)


def corners_of(written: list[str]) -> NDArray[np.float64]:
    return np.array([[float(number) for number in corner.split()] for corner in written])


def circle(corners: int, radius: float, middle: tuple[float, float] = (500.0, 400.0)) -> NDArray[np.float64]:
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return np.stack([middle[0] + radius * np.cos(turn), middle[1] + radius * np.sin(turn)], axis=1)


def test_a_square_by_hand() -> None:
    points = np.array([(15, 15), (11, 19), (9, 15), (21, 15), (15, 9), (15, 21), (25, 25)], np.float32)
    assert inside(points, SQUARE).tolist() == [True, True, False, False, False, False, False]
    assert inside(points, SQUARE[::-1]).tolist() == [True, True, False, False, False, False, False]
    assert inside(np.empty((0, 2)), SQUARE).shape == (0,)


def test_what_is_crossed_twice_is_outside() -> None:
    pentagram = circle(5, 100)[[0, 2, 4, 1, 3]]
    middle, tip = (500.0, 400.0), (580.0, 400.0)
    assert inside(np.array([middle, tip]), pentagram).tolist() == [False, True]
    bow_tie = np.array([(0, 0), (10, 10), (10, 0), (0, 10)], np.float64)
    assert inside(np.array([(1, 5), (9, 5), (5, 1), (5, 9)]), bow_tie).tolist() == [True, True, False, False]


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_opencv(seed: int) -> None:
    """``fillPoly`` fills by the same rule; pixels that a side touches belong to neither."""
    draws = np.random.default_rng(seed)
    polygon = draws.integers(5, 195, (draws.integers(3, 12), 2))
    filled, sides = np.zeros((200, 200), np.uint8), np.zeros((200, 200), np.uint8)
    cv2.fillPoly(filled, [polygon.astype(np.int32)], 1)
    cv2.polylines(sides, [polygon.astype(np.int32)], True, 1, 3)
    y, x = np.mgrid[:200, :200]
    found = inside(np.stack([x.ravel(), y.ravel()], axis=1), polygon).reshape(200, 200)
    clear = sides == 0
    assert clear.sum() > 20_000
    assert (found[clear] == filled[clear].astype(bool)).all()
    assert found.any()


def test_a_lasso_of_hundreds_of_corners_is_written_short_and_holds_the_same() -> None:
    drawn = circle(700, 200) + np.random.default_rng(0).normal(0, 1.5, (700, 2))
    written = short_corners([(x, y) for x, y in drawn.tolist()])
    assert 8 <= len(written) <= MOST_CORNERS
    assert sum(map(len, written)) + 2 * len(written) < 300
    points = np.random.default_rng(1).uniform(0, 1000, (20_000, 2))
    before, after = inside(points, drawn), inside(points, corners_of(written))
    assert before.sum() > 2000
    assert (before != after).sum() < 0.06 * before.sum()


def test_a_small_region_keeps_its_shape_and_a_box_its_corners() -> None:
    box = [(-1.5, 2.0), (1000.25, 2.0), (1000.25, 800.0), (-1.5, 800.0)]
    assert sorted(short_corners(box)) == sorted(["-2 2", "1000 2", "1000 800", "-2 800"])
    small = circle(40, 0.5)
    found = corners_of(short_corners([(x, y) for x, y in small.tolist()]))
    assert np.hypot(*(found - [500, 400]).T) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    "drawn",
    [[], [(1.0, 1.0)], [(1.0, 1.0), (2.0, 2.0)], [(5.0, 5.0)] * 9, [(1.0, 1.0), (2.0, float("nan")), (3.0, 1.0)]],
)  # fmt: skip
def test_what_has_no_area_is_no_region(drawn: list[tuple[float, float]]) -> None:
    assert short_corners(drawn) == []
