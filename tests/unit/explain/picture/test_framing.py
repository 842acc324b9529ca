"""The 32×32 pixels are an average over the chosen part, nothing left out, nothing shifted."""

import numpy as np
import pytest

from cifar_core.explain.picture.framing import DISPLAY_SIZE, FRAMINGS, PAD_VALUE, CropBox, prepare


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


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 40), (31, 33)])
def test_extreme_shapes(framing: str, shape: tuple[int, int]) -> None:
    seen = prepare(np.full((*shape, 3), 90, np.uint8), framing)
    assert seen.pixels.shape == (32, 32, 3)
    assert set(np.unique(seen.pixels)) <= {90, PAD_VALUE}
    assert max(seen.shown.shape) <= DISPLAY_SIZE
