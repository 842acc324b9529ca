import base64

import cv2
import numpy as np
import pytest

from cifar_core.charts.selection import clicked_index
from cifar_core.charts.wall import wall_figure


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


def sprite(figure: object) -> np.ndarray:
    source = figure.data[0].source  # type: ignore[attr-defined]
    png = np.frombuffer(base64.b64decode(source.removeprefix("data:image/png;base64,")), np.uint8)
    return cv2.cvtColor(cv2.imdecode(png, cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)


def test_every_picture_lies_under_its_marker() -> None:
    images = pictures(5)
    figure = wall_figure(images, [f"cat 0.{k}" for k in range(5)], columns=3)
    image, markers = figure.data
    canvas = sprite(figure)
    for k in range(5):
        # From the marker's centre in data coordinates back to pixels of the sprite.
        column = (markers.x[k] - image.x0) / image.dx + 0.5
        row = (markers.y[k] - image.y0) / image.dy + 0.5
        half = 16 / image.dx
        tile = canvas[round(row - half) : round(row + half), round(column - half) : round(column + half)]
        scale = tile.shape[0] // 32
        assert scale >= 4
        np.testing.assert_array_equal(tile[::scale, ::scale, :3], images[k])
        np.testing.assert_array_equal(
            tile[scale - 1 :: scale, scale - 1 :: scale, :3], images[k]
        )  # hard pixels
        assert (tile[..., 3] == 255).all()
    assert (canvas[..., 3] == 0).any()  # gaps show the page
    assert [number for (number,) in markers.customdata] == [0, 1, 2, 3, 4]


def test_captions_and_hover() -> None:
    figure = wall_figure(pictures(2), ["one", ""], columns=2, hover=["first", "second"])
    assert [annotation.text for annotation in figure.layout.annotations] == ["one"]
    assert figure.data[1].text == ("first", "second")
    plain = wall_figure(pictures(2), ["", ""], columns=2)
    assert plain.layout.height < figure.layout.height


def test_nothing_fades_and_nothing_is_blurred() -> None:
    image, markers = wall_figure(pictures(2), ["", ""], columns=2).data
    assert image.zsmooth is False
    assert image.hoverinfo == "skip"
    assert markers.marker.opacity == markers.unselected.marker.opacity == 0


def test_the_selected_picture_gets_a_frame() -> None:
    figure = wall_figure(pictures(3), ["", "", ""], columns=2, selected=2)
    (frame,) = figure.layout.shapes
    assert frame.x0 < figure.data[1].x[2] < frame.x1
    assert frame.y0 < figure.data[1].y[2] < frame.y1
    assert not wall_figure(pictures(3), ["", "", ""], columns=2, selected=7).layout.shapes


def test_a_wall_without_pictures() -> None:
    figure = wall_figure(pictures(0), [], columns=4)
    assert len(figure.data) == 1


def test_every_picture_needs_a_caption() -> None:
    with pytest.raises(ValueError, match="one text for each"):
        wall_figure(pictures(2), ["one"], columns=2)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (None, None),
        ({}, None),
        ({"selection": {"points": [], "point_indices": []}}, None),
        ({"selection": {"points": [{"point_index": 4, "customdata": [7]}]}}, 7),
        ({"points": [{"point_index": 4}]}, 4),
        ({"points": [{"point_index": 1, "customdata": [1]}, {"point_index": 2, "customdata": [0]}]}, 0),
    ],
)
def test_clicked_index(selection: dict[str, object] | None, expected: int | None) -> None:
    assert clicked_index(selection) == expected
