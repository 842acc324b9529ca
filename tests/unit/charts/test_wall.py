import base64

import cv2
import numpy as np
import pytest

from cifar_core.charts.wall import sprite, wall_words


@pytest.mark.parametrize("count", [1, 3, 500])
def test_pictures_travel_pixel_for_pixel_above_one_another(count: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    png = base64.b64decode(sprite(images).removeprefix("data:image/png;base64,"))
    read = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR_RGB)
    for number, image in enumerate(images):
        np.testing.assert_array_equal(read[32 * number : 32 * number + 32], image)


def test_a_wall_without_pictures() -> None:
    assert sprite(np.zeros((0, 32, 32, 3), np.uint8)) == ""
    assert wall_words([], []) == []


def test_every_picture_needs_its_words() -> None:
    assert wall_words(["one", "<b>"], ["first", "third\nline"]) == [
        {"caption": "one", "hover": "first"},
        {"caption": "<b>", "hover": "third\nline"},
    ]
    with pytest.raises(ValueError, match="longer"):
        wall_words(["one"], ["first", "second"])


def test_a_frame_stands_at_the_pictures_that_have_one() -> None:
    words = wall_words(["one", "two"], ["", ""], [None, (0, 1, 30, 31)])
    assert "frame" not in words[0]
    assert words[1]["frame"] == (0, 1, 30, 31)
    with pytest.raises(ValueError, match="shorter"):
        wall_words(["one", "two"], ["", ""], [None])
