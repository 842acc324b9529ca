"""The kinds of CIFAR-10-C: values worked out by hand, and what holds of all of them."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cifar_core.corruptions.kinds import KINDS, SEVERITIES, corrupt
from cifar_core.errors import ConfigError

NO_CHANCE = ("defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression")
NOT_BY_MEAN_CHANGE = ("glass_blur", "frost", "elastic_transform")
"""The paper's levels change several things at once: a coarse change becomes a fine one."""


@pytest.fixture(scope="module")
def pictures() -> NDArray[np.uint8]:
    """Return pictures with large shapes, fine texture, dark and bright places."""
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[:32, :32]
    waves = [
        np.sin(rows / rng.uniform(1, 6) + columns / rng.uniform(1, 6) + rng.uniform(0, 6)) for _ in range(72)
    ]
    values = np.reshape(waves, (24, 3, 32, 32)).transpose(0, 2, 3, 1) * 70 + rng.uniform(
        70, 180, (24, 1, 1, 3)
    )
    return np.clip(values, 0, 255).astype(np.uint8)


def mean_change(pictures: NDArray[np.uint8], changed: NDArray[np.uint8]) -> float:
    return float(np.abs(changed.astype(int) - pictures).mean())


def test_there_are_the_papers_fifteen() -> None:
    assert len(KINDS) == 15
    groups = [kind.group for kind in KINDS.values()]
    assert [groups.count(group) for group in ("noise", "blur", "weather", "digital")] == [3, 4, 4, 4]
    assert all(len(kind.levels) == 5 for kind in KINDS.values())
    assert [KINDS[name].phrase for name in ("gaussian_noise", "snow", "jpeg_compression")] == [
        "Gaussian noise",
        "snow",
        "JPEG compression",
    ]


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_is_changed_the_same_way_in_any_company(name: str, pictures: NDArray[np.uint8]) -> None:
    before = pictures.copy()
    numbers = np.arange(100, 124)
    once = corrupt(pictures, name, 3, numbers=numbers)
    assert once.dtype == np.uint8
    assert once.shape == pictures.shape
    assert (pictures == before).all()
    assert (corrupt(pictures[[7, 2]], name, 3, numbers=numbers[[7, 2]]) == once[[7, 2]]).all()
    other = corrupt(pictures, name, 3, numbers=numbers, seed=1)
    assert (other == once).all() == (name in NO_CHANCE)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in NOT_BY_MEAN_CHANGE])
def test_the_severer_the_more_is_changed(name: str, pictures: NDArray[np.uint8]) -> None:
    changes = [mean_change(pictures, corrupt(pictures, name, severity)) for severity in SEVERITIES]
    assert changes == sorted(changes)
    assert 0 < changes[0] < 0.75 * changes[-1]


def test_the_severer_the_frost_the_less_is_left_of_the_picture(pictures: NDArray[np.uint8]) -> None:
    alike = [
        np.corrcoef(pictures.ravel(), corrupt(pictures, "frost", severity).ravel())[0, 1]
        for severity in SEVERITIES
    ]
    assert alike == sorted(alike, reverse=True)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("value", [0, 255])
def test_stays_within_a_byte(name: str, value: int) -> None:
    even = np.full((2, 32, 32, 3), value, np.uint8)
    changed = corrupt(even, name, 5)
    if name in (
        "defocus_blur",
        "glass_blur",
        "motion_blur",
        "zoom_blur",
        "contrast",
        "elastic_transform",
        "pixelate",
    ):
        assert (changed == even).all()
    else:  # nothing wraps around: black does not become white by a step too far
        assert abs(changed.astype(int) - value).mean() < 200


def test_no_pictures_give_none() -> None:
    empty = np.empty((0, 32, 32, 3), np.uint8)
    assert all(corrupt(empty, name, 1).shape == empty.shape for name in KINDS)


def test_brightness_adds_to_the_strongest_channel() -> None:
    pictures = np.zeros((1, 32, 32, 3), np.uint8)
    pictures[0, 0, :4] = [(100, 50, 0), (0, 0, 0), (250, 125, 25), (60, 60, 60)]
    found = corrupt(pictures, "brightness", 4)[0, 0, :4]  # 0.2 · 255 = 51
    assert found.tolist() == [[151, 76, 0], [51, 51, 51], [255, 128, 26], [111, 111, 111]]
    below = np.arange(200, dtype=np.uint8).repeat(3 * 32)[: 3 * 1024].reshape(1, 32, 32, 3)
    assert (corrupt(below, "brightness", 4).astype(int) - below == 51).all()


def test_contrast_moves_values_towards_the_mean_of_their_channel() -> None:
    pictures = np.zeros((1, 32, 32, 3), np.uint8)
    pictures[0, :16] = (200, 100, 10)  # means 100, 50 and 5
    found = corrupt(pictures, "contrast", 2)  # half
    assert (found[0, :16] == (150, 75, 8)).all()  # 7.5 is rounded up
    assert (found[0, 16:] == (50, 25, 3)).all()


def test_gaussian_noise_has_the_deviation_that_it_says() -> None:
    grey = np.full((20, 32, 32, 3), 128, np.uint8)
    for severity, deviation in zip(SEVERITIES, (0.04, 0.06, 0.08, 0.09, 0.10), strict=True):
        added = corrupt(grey, "gaussian_noise", severity).astype(float) - 128
        assert added.std() == pytest.approx(255 * deviation, rel=0.02)
        assert abs(added.mean()) < 0.5


def test_shot_noise_has_the_variance_of_photons() -> None:
    grey = np.full((20, 32, 32, 3), 102, np.uint8)  # 0.4 · 50 = 20 photons: deviation √20 of them, 5.1 each
    noisy = corrupt(grey, "shot_noise", 5).astype(float)
    assert noisy.mean() == pytest.approx(102, abs=0.5)
    assert noisy.std() == pytest.approx(5.1 * 20**0.5, rel=0.02)


def test_impulse_noise_sets_as_many_values_to_black_as_to_white() -> None:
    grey = np.full((50, 32, 32, 3), 128, np.uint8)
    noisy = corrupt(grey, "impulse_noise", 5)
    assert (noisy == 0).mean() == pytest.approx(0.035, abs=0.002)
    assert (noisy == 255).mean() == pytest.approx(0.035, abs=0.002)
    assert ((noisy == 128) | (noisy == 0) | (noisy == 255)).all()


def test_defocus_spreads_a_point_over_its_disk() -> None:
    point = np.zeros((1, 32, 32, 3), np.uint8)
    point[0, 16, 16] = 250
    found = corrupt(point, "defocus_blur", 5)[0, ..., 0]  # radius 1.5: nine pixels, 250 / 9 = 27.8 each
    assert (found[15:18, 15:18] == 28).all()
    assert found.sum() == 9 * 28


def test_glass_swaps_pixels_and_loses_none() -> None:
    pictures = np.arange(3072).reshape(1, 32, 32, 3).astype(np.uint8)
    changed = corrupt(pictures, "glass_blur", 1)  # its blur is too narrow to mix pixels
    assert not (changed == pictures).all()
    assert sorted(map(tuple, changed[0].reshape(-1, 3))) == sorted(map(tuple, pictures[0].reshape(-1, 3)))


def test_motion_leaves_light_where_the_line_goes() -> None:
    point = np.zeros((30, 32, 32, 3), np.uint8)
    point[:, 16, 16] = 255
    found = corrupt(point, "motion_blur", 5)[..., 0].astype(float)
    assert found.sum(axis=(1, 2)) == pytest.approx(
        255, abs=12
    )  # rounded to whole values in some thirty pixels
    rows = np.abs(np.arange(32) - 16)[:, None]
    columns = np.abs(np.arange(32) - 16)
    assert (found * (rows > columns + 1)).sum() == 0  # never steeper than 45°


def test_zoom_blur_keeps_the_centre_and_smears_the_corners(pictures: NDArray[np.uint8]) -> None:
    apart = np.abs(corrupt(pictures, "zoom_blur", 5).astype(int) - pictures).mean(axis=(0, 3))
    assert apart[15:17, 15:17].mean() < 0.2 * apart.mean()


def test_fog_keeps_the_brightest_value() -> None:
    pictures = np.zeros((3, 32, 32, 3), np.uint8)
    pictures[:, 5, 5] = 200
    foggy = corrupt(pictures, "fog", 3)
    assert foggy.max() <= 200
    assert foggy.mean() > 30
    assert (foggy[..., 0] == foggy[..., 2])[pictures[..., 0] == 0].all()  # it has no colour


def test_pixelate_leaves_so_many_blocks() -> None:
    rows = np.broadcast_to(np.arange(0, 256, 8, dtype=np.uint8)[:, None, None], (1, 32, 32, 3))
    assert len(np.unique(corrupt(rows, "pixelate", 5))) == 20  # int(32 · 0.65)
    assert len(np.unique(corrupt(rows, "pixelate", 1))) == 30


@pytest.mark.parametrize("severity", [1, 5])
def test_jpeg_is_what_pillow_makes_of_it(severity: int, pictures: NDArray[np.uint8]) -> None:
    file = io.BytesIO()
    Image.fromarray(pictures[0]).save(file, "JPEG", quality=(80, 65, 58, 50, 40)[severity - 1])
    apart = corrupt(pictures[:1], "jpeg_compression", severity)[0].astype(int) - np.asarray(Image.open(file))
    assert np.abs(apart).max() <= 3  # of the two, one may round differently


def test_what_there_is_not_is_said() -> None:
    one = np.zeros((1, 32, 32, 3), np.uint8)
    with pytest.raises(ConfigError, match=r"no corruption “fogg”.*fog, "):
        corrupt(one, "fogg", 1)
    for severity in (0, 6, -1):
        with pytest.raises(ConfigError, match="Choose 1 to 5"):
            corrupt(one, "fog", severity)
