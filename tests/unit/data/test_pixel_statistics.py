"""Mean, variance and correlations of pixels, against NumPy; colour spaces, against colorsys and CIE's formulas."""

import colorsys

import numpy as np
import pytest

from cifar_core.data import pixel_statistics as module
from cifar_core.data.attributes import ATTRIBUTES
from cifar_core.data.colour_spaces import CHANNELS, SHORT, SPACES, in_space
from cifar_core.data.pixel_statistics import pixel_statistics

PICTURES = np.random.default_rng(8).integers(0, 256, (23, 32, 32, 3), np.uint8)


def test_every_channel_has_its_attribute() -> None:
    assert tuple(CHANNELS) == tuple(SHORT) == SPACES
    assert {name for names in CHANNELS.values() for name in names} <= set(ATTRIBUTES)


def test_hsv_is_that_of_colorsys() -> None:
    found = in_space(PICTURES[:1], "HSV")[0]
    for (row, column), values in ((at, PICTURES[0][at]) for at in [(0, 0), (3, 7), (31, 31)]):
        hue, saturation, value = colorsys.rgb_to_hsv(*(values / 255.0))
        assert found[row, column] == pytest.approx([360 * hue, saturation, 255 * value], abs=0.05)


def test_lab_is_that_of_cie() -> None:
    linear = PICTURES[0] / 255.0
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
    )
    ratio = linear @ matrix.T / np.array([0.950456, 1.0, 1.088754])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    expected = np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1
    )
    # OpenCV interpolates in a table.
    assert in_space(PICTURES[:1], "Lab")[0] == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize("space", SPACES)
def test_mean_deviation_and_correlation(space: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 4)
    found = pixel_statistics(PICTURES, space)  # type: ignore[arg-type]
    assert found.count == 23
    assert found.mean == pytest.approx(PICTURES.mean(axis=0))
    assert found.deviation == pytest.approx(PICTURES.std(axis=0))
    pixels = in_space(PICTURES, space).reshape(-1, 3)  # type: ignore[arg-type]
    assert found.correlation == pytest.approx(np.corrcoef(pixels.T), abs=1e-4)


def test_grey_one_picture_and_none() -> None:
    grey = np.repeat(PICTURES[..., :1], 3, axis=-1)
    assert pixel_statistics(grey, "RGB").correlation == pytest.approx(np.ones((3, 3)))
    one = pixel_statistics(PICTURES[:1], "RGB")
    assert np.array_equal(one.mean, PICTURES[0])
    assert not one.deviation.any()
    plain = pixel_statistics(np.full((2, 32, 32, 3), 9, np.uint8), "RGB")
    assert np.isnan(plain.correlation).all()
    none = pixel_statistics(PICTURES[:0], "Lab")
    assert none.count == 0
    assert np.isnan(none.mean).all()
