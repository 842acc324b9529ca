"""A sheet of pictures holds each of them, pixel by pixel, where it stands on the wall."""

import io

import numpy as np
import pytest
from PIL import Image

from cifar_core.charts.sheet import COLUMNS, GAP, SIDE, sheet_png


def sheet(images: np.ndarray, captions: list[str], title: str = "cats") -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(sheet_png(images, captions, title))))


@pytest.mark.parametrize("count", [1, COLUMNS, COLUMNS + 3])
def test_every_picture_is_on_it(count: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3)).astype(np.uint8)
    found = sheet(images, [f"{number}\ncat" for number in range(count)])
    enlarged = images.repeat(3, axis=1).repeat(3, axis=2)
    across = SIDE + GAP
    for number in range(count):
        _, column = divmod(number, COLUMNS)
        strip = found[:, GAP + column * across : GAP + column * across + SIDE]
        places = np.flatnonzero((strip == enlarged[number][0]).all(axis=(1, 2)))
        assert np.array_equal(strip[places[0] : places[0] + SIDE], enlarged[number])
        assert len(places) == 3  # the first row of its pixels, three times as high


def test_what_stands_beneath_is_written() -> None:
    image = np.zeros((1, 32, 32, 3), np.uint8)
    assert not np.array_equal(sheet(image, ["cat"]), sheet(image, ["dog"]))
    assert not np.array_equal(sheet(image, [""], "a"), sheet(image, [""], "b"))


@pytest.mark.parametrize("words", ["x" * 5000, "猫\u202e\0\ud800", "", "a\nb\nc\nd"])
def test_any_words_fit(words: str) -> None:
    plain = sheet(np.zeros((2, 32, 32, 3), np.uint8), ["", ""])
    assert sheet(np.zeros((2, 32, 32, 3), np.uint8), [words, words], words).shape == plain.shape


def test_a_sheet_without_pictures() -> None:
    assert sheet(np.zeros((0, 32, 32, 3), np.uint8), []).shape[1] == 480
