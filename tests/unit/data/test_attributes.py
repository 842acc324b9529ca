"""What is measured on pictures, against values worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.attributes import ATTRIBUTES, attributes_of, measure_attributes
from cifar_core.data.catalog import open_dataset
from cifar_core.data.colour_spaces import in_space
from cifar_core.settings import Settings


def plain(red: int, green: int, blue: int) -> NDArray[np.uint8]:
    return np.full((32, 32, 3), (red, green, blue), np.uint8)


def halves(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate([left[:, :16], right[:, 16:]], axis=1)


def measured(picture: NDArray[np.uint8]) -> dict[str, float]:
    return {name: float(values[0]) for name, values in measure_attributes(picture[None]).items()}


def framed() -> NDArray[np.uint8]:
    """Return a white picture with a black middle."""
    picture = plain(255, 255, 255)
    picture[8:24, 8:24] = 0
    return picture


def chessboard() -> NDArray[np.uint8]:
    fields = (np.add.outer(np.arange(32), np.arange(32)) % 2 * 255).astype(np.uint8)
    return np.repeat(fields[..., None], 3, axis=2)


@pytest.mark.parametrize(
    ("picture", "name", "value"),
    [
        (plain(0, 0, 0), "brightness", 0),
        (plain(255, 255, 255), "brightness", 255),
        (plain(200, 100, 50), "brightness", 0.299 * 200 + 0.587 * 100 + 0.114 * 50),
        (plain(9, 9, 9), "contrast", 0),
        (halves(plain(0, 0, 0), plain(255, 255, 255)), "contrast", 127.5),
        (plain(0, 0, 0), "saturation", 0),
        (plain(77, 77, 77), "saturation", 0),
        (plain(200, 100, 50), "saturation", 0.75),
        (plain(255, 0, 0), "hue", 0),
        (plain(0, 255, 0), "hue", 120),
        (plain(0, 0, 255), "hue", 240),
        (plain(255, 255, 0), "hue", 60),
        (plain(77, 77, 77), "hue", 0),
        # Reds on both sides of 0°: their mean is red, not cyan.
        (halves(plain(255, 0, 40), plain(255, 40, 0)), "hue", 0),
        (plain(50, 60, 70), "sharpness", 0),
        (chessboard(), "sharpness", 1020.0**2),
        (plain(77, 77, 77), "colourfulness", 0),
        (plain(255, 0, 0), "colourfulness", 0.3 * np.hypot(255, 127.5)),
        (halves(plain(255, 0, 0), plain(0, 255, 0)), "colourfulness", 255 + 0.3 * 127.5),
        (plain(10, 20, 200), "blue", 1),
        (halves(plain(10, 20, 200), plain(200, 20, 10)), "blue", 0.5),
        (plain(77, 77, 77), "blue", 0),
        (framed(), "border", 255),
        (255 - framed(), "border", -255),
    ],
)
def test_a_picture_that_can_be_worked_out(picture: NDArray[np.uint8], name: str, value: float) -> None:
    apart = abs(measured(picture)[name] - value)
    assert min(apart, 360 - apart if name == "hue" else apart) < 0.01 + 1e-5 * abs(value)


def test_all_lie_in_their_ranges() -> None:
    dice = np.random.default_rng(3)
    noise = dice.integers(0, 256, (600, 32, 32, 3), np.uint8)
    extremes = np.stack([plain(0, 0, 0), plain(255, 255, 255), chessboard(), framed(), plain(0, 0, 255)])
    found = measure_attributes(np.concatenate([noise, extremes]))
    assert tuple(found) == tuple(ATTRIBUTES)
    for name, values in found.items():
        assert values.shape == (605,)
        assert ATTRIBUTES[name].low <= values.min() <= values.max() <= ATTRIBUTES[name].high


def test_each_picture_is_measured_for_itself() -> None:
    pictures = np.random.default_rng(4).integers(0, 256, (260, 32, 32, 3), np.uint8)
    found = measure_attributes(pictures)
    for index in (0, 127, 128, 255, 256, 259):
        for name, value in measured(pictures[index]).items():
            assert found[name][index] == pytest.approx(value, rel=1e-5)


def test_extremes_and_means_are_those_along_the_channels() -> None:
    # By the plain words for them, which take ten times as long.
    pictures = np.random.default_rng(5).integers(0, 256, (200, 32, 32, 3), np.uint8)
    found, images = measure_attributes(pictures), pictures.astype(np.float32)
    brightest = images.max(axis=-1)
    chroma = brightest - images.min(axis=-1)
    assert np.array_equal(found["mean_value"], brightest.mean(axis=(1, 2)))
    assert np.array_equal(found["saturation"], (chroma / np.maximum(brightest, 1)).mean(axis=(1, 2)))
    lab = in_space(pictures, "Lab").astype(np.float64).mean(axis=(1, 2))
    for channel, name in enumerate(("lightness", "green_red", "blue_yellow")):
        assert found[name] == pytest.approx(lab[:, channel], abs=1e-3)


def test_no_picture_is_no_value() -> None:
    assert all(
        values.shape == (0,) for values in measure_attributes(np.empty((0, 32, 32, 3), np.uint8)).values()
    )


def test_they_are_measured_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = open_dataset("drawn:80", settings)
    first = attributes_of(dataset, "test", settings.cache_dir)
    expected = measure_attributes(dataset.test.images)
    monkeypatch.setattr(
        "cifar_core.data.attributes.measure_attributes", lambda images: pytest.fail("measured again")
    )
    again = attributes_of(dataset, "test", settings.cache_dir)
    for name in ATTRIBUTES:
        assert np.array_equal(first[name], expected[name])
        assert np.array_equal(again[name], expected[name])


def test_a_damaged_file_is_measured_anew(settings: Settings) -> None:
    dataset = open_dataset("drawn:80", settings)
    first = attributes_of(dataset, "test", settings.cache_dir)
    (file,) = Path(settings.cache_dir / "attributes").iterdir()
    file.write_bytes(file.read_bytes()[:100])
    assert np.array_equal(attributes_of(dataset, "test", settings.cache_dir)["hue"], first["hue"])
