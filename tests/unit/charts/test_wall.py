import base64

import cv2
import numpy as np
import pytest

from cifar_core.charts.wall import wall_pictures


def test_each_picture_travels_pixel_for_pixel_with_its_words() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    sent = wall_pictures(images, ["one", "", "<b>"], ["first", "second", "third\nline"])
    assert [picture["caption"] for picture in sent] == ["one", "", "<b>"]
    assert [picture["hover"] for picture in sent] == ["first", "second", "third\nline"]
    for picture, image in zip(sent, images, strict=True):
        png = base64.b64decode(picture["source"].removeprefix("data:image/png;base64,"))
        read = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR_RGB)
        np.testing.assert_array_equal(read, image)


def test_a_wall_without_pictures() -> None:
    assert wall_pictures(np.zeros((0, 32, 32, 3), np.uint8), [], []) == []


def test_every_picture_needs_its_words() -> None:
    with pytest.raises(ValueError, match="shorter"):
        wall_pictures(np.zeros((2, 32, 32, 3), np.uint8), ["one"], ["first", "second"])
