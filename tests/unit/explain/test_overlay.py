"""The overlay mixes picture and colours in the proportion that was asked for."""

import cv2
import numpy as np
import pytest

from cifar_core.data.picture.decode import decode_image
from cifar_core.explain.geometry import Line, MapPlace
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.overlay import (
    COLOR_MAPS,
    SMOOTH_SIDE,
    ColorMap,
    color_table,
    draw_heatmap,
    draw_levels,
    draw_overlay,
    draw_seen,
    enlarge,
    levels_png,
    to_jpeg,
    to_png,
)


def cam(values: list[list[float]], maximum: float = 1.0) -> Heatmap:
    return Heatmap(np.array(values, np.float32), maximum, "conv", 0, "gradcam")


EMPTY = cam([[0.0]], maximum=-1.0)


def test_hard_pixels() -> None:
    rgb = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    large = enlarge(rgb, 5)
    assert large.shape == (6, 6, 3)
    assert np.array_equal(large[::3, ::3], rgb)
    assert np.array_equal(large[2::3, 2::3], rgb)
    assert enlarge(rgb, 2) is not None
    assert enlarge(rgb, 2).shape == (2, 2, 3)


def test_overlay_by_hand() -> None:
    picture = np.full((640, 640, 3), 100, np.uint8)
    hot, half = color_table("viridis")[255].astype(float), color_table("viridis")[128].astype(float)
    drawn = draw_overlay(picture, cam([[1.0, 0.0]]), opacity=0.25, color_map="viridis")
    assert drawn[0, 0].tolist() == np.rint(0.75 * 100 + 0.25 * hot).tolist()
    # Half the evidence is half as opaque; without evidence the picture is as it was.
    assert np.abs(drawn[0, 319:321].mean(axis=0) - (0.875 * 100 + 0.125 * half)).max() < 1
    assert (drawn[:, 480:] == 100).all()


def placed(values: list[list[float]], start: float, step: float) -> Heatmap:
    """Return a map whose cells lie at equal distances in a picture of 32×32 pixels."""
    array = np.array(values, np.float32)
    lines = [Line(start, step, 32, np.zeros(cells, int), np.full(cells, 31)) for cells in array.shape]
    return Heatmap(array, 1.0, "conv", 0, "gradcam", MapPlace(*lines, np.ones(array.shape, bool)))


def test_a_cell_is_drawn_where_it_lies() -> None:
    picture = np.zeros((640, 640, 3), np.uint8)
    # The three cells of a network without padding: centres at 10.5, 14.5 and 18.5 of 32 pixels, 20 drawn ones each.
    drawn = draw_overlay(
        picture, placed([[0, 0, 0], [0, 0, 0], [0, 0, 1]], 10.5, 4), opacity=1, color_map="turbo"
    )
    shown = (drawn != picture).any(axis=2)
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    # From the next centre on, and until one step behind its own.
    assert (rows[0], rows[-1]) == (columns[0], columns[-1])
    assert abs(rows[0] - (14.5 + 0.5) * 20) <= 2
    assert abs(rows[-1] - (22.5 + 0.5) * 20) <= 2
    # Brightest from its centre for half a step on.
    hot = color_table("turbo")[255].tolist()
    assert drawn[385, 385].tolist() == hot
    assert drawn[415, 415].tolist() == hot
    assert drawn[430, 430].tolist() != hot


def test_a_map_that_covers_the_picture_evenly_is_drawn_as_before() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (640, 640, 3), dtype=np.uint8)
    values = np.random.default_rng(1).random((8, 8)).astype(np.float32)
    even = draw_overlay(picture, cam(values.tolist()), opacity=0.5).astype(int)
    there = draw_overlay(picture, placed(values.tolist(), 1.5, 4), opacity=0.5).astype(int)
    assert np.abs(even - there).max() <= 1


def test_pixels_without_effect_are_darkened() -> None:
    pixels = np.full((2, 2, 3), 100, np.uint8)
    used = np.array([[True, False], [True, True]])
    assert draw_seen(pixels, used, 2)[..., 0].tolist() == [[100, 30], [100, 100]]
    assert draw_seen(pixels, None, 4).shape == (4, 4, 3)
    assert (draw_seen(pixels, None, 4) == 100).all()


def test_where_there_is_no_evidence_the_picture_is_as_it_was() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (640, 640, 3), dtype=np.uint8)
    values = [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    drawn = draw_overlay(picture, cam(values), opacity=1, color_map="turbo")
    # The cells beside the only one with evidence fade out, half a cell wide on each side; further away is nothing.
    assert np.array_equal(drawn[400:], picture[400:])
    assert np.array_equal(drawn[:, 400:], picture[:, 400:])
    assert not np.array_equal(drawn[200:280, 200:280], picture[200:280, 200:280])


def test_small_pictures_are_smooth_unless_hard_pixels_are_asked_for() -> None:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[:, 16:] = 200
    hard = draw_overlay(picture, EMPTY, smooth=False)
    assert np.array_equal(hard, enlarge(picture, 640))
    smooth = draw_overlay(picture, EMPTY)
    assert smooth.shape == hard.shape
    assert 90 < smooth[0, 319:321].mean() < 110  # at the edge, halfway
    assert smooth[0, 100].tolist() == [0, 0, 0]
    assert smooth[0, 540].tolist() == [200, 200, 200]
    assert np.array_equal(draw_overlay(hard, EMPTY), hard)  # large enough


def test_opacity_at_its_ends() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    drawn = draw_overlay(picture, cam([[1.0]]), opacity=0, smooth=False)
    assert np.array_equal(drawn, enlarge(picture, 640))
    assert (draw_overlay(picture, cam([[1.0]]), opacity=1) == color_table("inferno")[255]).all()


def test_what_a_browser_lays_over_a_large_picture_is_small_and_keeps_its_shape() -> None:
    levels = draw_levels(cam([[0.0, 1.0]]), 1500, 3000)
    assert levels.shape == (SMOOTH_SIDE // 2, SMOOTH_SIDE)
    assert (levels[0, 0], levels[0, -1]) == (0, 255)
    assert draw_levels(cam([[1.0]]), 1, 20000).shape == (1, SMOOTH_SIDE)
    assert not draw_levels(EMPTY, 32, 32).any()


@pytest.mark.parametrize("name", COLOR_MAPS)
def test_levels_are_the_colours_of_their_map(name: ColorMap) -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(8, 32)
    opaque = cv2.imdecode(np.frombuffer(levels_png(levels, color_map=name), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(opaque[..., ::-1].reshape(256, 3), color_table(name))
    faded = levels_png(levels, color_map=name, transparent=True)
    drawn = cv2.imdecode(np.frombuffer(faded, np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(drawn[..., 2::-1].reshape(256, 3), color_table(name))
    assert np.array_equal(drawn[..., 3], levels)


def test_an_empty_map_leaves_the_picture_alone() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    assert np.array_equal(draw_overlay(picture, EMPTY, opacity=1, smooth=False), enlarge(picture, 640))


def test_cells_lie_where_the_network_saw_them() -> None:
    picture = np.zeros((640, 640, 3), np.uint8)
    drawn = draw_overlay(picture, cam([[0, 0], [0, 1]]), opacity=1)
    hottest = np.abs(drawn.astype(int) - color_table("inferno")[255]).sum(axis=2) == 0
    rows, columns = np.nonzero(hottest)
    assert rows.min() >= 470  # the centre of the last of two cells is at 480 of 640; rounding adds a little
    assert columns.min() >= 470
    assert hottest[-1, -1]


@pytest.mark.parametrize("name", COLOR_MAPS)
def test_color_maps_are_rgb_and_even(name: str) -> None:
    table = color_table(name)
    assert table.shape == (256, 3)
    brightness = table @ np.array([0.299, 0.587, 0.114])
    if name != "turbo":
        assert (np.diff(brightness) > -1.5).all()


def test_inferno_starts_black_and_is_red_before_blue() -> None:
    assert color_table("inferno")[0].max() < 10
    red, _, blue = color_table("inferno")[160].tolist()
    assert red > 2 * blue


def test_native_heatmap_and_png_round_trip() -> None:
    small = draw_heatmap(cam([[0.0, 1.0]]))
    assert small.shape == (1, 2, 3)
    assert np.array_equal(decode_image(to_png(small)).rgb, small)
    large = enlarge(np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8), 64)
    assert np.array_equal(decode_image(to_png(large, hard=True)).rgb, large)
    assert len(to_png(large, hard=True)) < len(to_png(large))
    assert np.abs(decode_image(to_jpeg(large)).rgb.astype(int) - large).mean() < 3
    assert cv2.imdecode(np.frombuffer(to_png(small), np.uint8), cv2.IMREAD_COLOR).shape == (1, 2, 3)
