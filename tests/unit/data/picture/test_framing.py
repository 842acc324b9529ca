"""The 32×32 pixels are an average over the chosen part, nothing left out, nothing shifted."""

import cv2
import numpy as np
import pytest

from cifar_core.data.picture.framing import DISPLAY_SIZE, PAD_VALUE, CropBox, network_pixels, prepare
from cifar_core.data.reading import FRAMINGS, Framing


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_picture_of_the_right_size_passes_unchanged(framing: str) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    seen = prepare(rgb, framing)
    assert np.array_equal(seen.pixels, rgb)
    assert np.array_equal(seen.shown, rgb)
    assert seen.box == CropBox(0, 0, 32, 32)


def test_shrinking_averages_whole_blocks() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    means = rgb.reshape(32, 4, 32, 4, 3).mean(axis=(1, 3))
    assert np.abs(prepare(rgb).pixels - means).max() <= 0.5


def test_crop_takes_the_centre() -> None:
    rgb = np.zeros((64, 192, 3), np.uint8)
    rgb[:, 64:128] = 200
    seen = prepare(rgb, "crop")
    assert seen.box == CropBox(64, 0, 64, 64)
    assert (seen.pixels == 200).all()
    assert seen.shown.shape == (64, 64, 3)


def test_stretch_keeps_the_whole_picture() -> None:
    rgb = np.zeros((64, 192, 3), np.uint8)
    rgb[:, 96:] = 200
    seen = prepare(rgb, "stretch")
    assert (seen.pixels[:, :16] == 0).all()
    assert (seen.pixels[:, 16:] == 200).all()
    assert np.array_equal(seen.shown, rgb)


def test_pad_adds_grey_bars() -> None:
    seen = prepare(np.full((64, 128, 3), 200, np.uint8), "pad")
    assert (seen.pixels[:8] == PAD_VALUE).all()
    assert (seen.pixels[8:24] == 200).all()
    assert (seen.pixels[24:] == PAD_VALUE).all()
    assert seen.shown.shape == (128, 128, 3)


def test_large_photographs_are_shown_smaller() -> None:
    seen = prepare(np.zeros((3000, 4000, 3), np.uint8), "stretch")
    assert seen.shown.shape == (DISPLAY_SIZE * 3 // 4, DISPLAY_SIZE, 3)


@pytest.mark.parametrize(("height", "width"), [(20, 20), (28, 28), (64, 48), (33, 200)])
def test_stretching_is_what_opencv_calls_area(height: int, width: int) -> None:
    """Picture folders were always read so: networks that were trained on them see the same pixels."""
    rgb = np.random.default_rng(2).integers(0, 256, (height, width, 3), dtype=np.uint8)
    expected = cv2.resize(rgb, (32, 32), interpolation=cv2.INTER_AREA)
    assert np.array_equal(network_pixels(rgb, "stretch"), expected)


@pytest.mark.parametrize("framing", FRAMINGS)
def test_what_is_shown_beside_it_changes_no_pixel(framing: Framing) -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    assert np.array_equal(network_pixels(rgb, framing), prepare(rgb, framing).pixels)


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 40), (31, 33)])
def test_extreme_shapes(framing: str, shape: tuple[int, int]) -> None:
    seen = prepare(np.full((*shape, 3), 90, np.uint8), framing)
    assert seen.pixels.shape == (32, 32, 3)
    assert set(np.unique(seen.pixels)) <= {90, PAD_VALUE}
    assert max(seen.shown.shape) <= DISPLAY_SIZE
