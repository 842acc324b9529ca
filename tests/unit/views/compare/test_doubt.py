"""Which doubted label is on the screen, and which comes after it."""

import io

import numpy as np
import pytest
from PIL import Image

from cifar_core.data.catalog import open_dataset
from cifar_core.settings import Settings
from cifar_core.views.compare.doubt import DoubtOnScreen, doubt_on_screen
from cifar_core.views.compare.labels import Doubt

NAMES = ("cat", "dog", "ship")
DOUBTS = tuple(Doubt(index, 0, 1, 0.25, 0.5, ("A run: dog 0.50",)) for index in (7, 3, 9))


def shown(asked: str, decisions: dict[int, int | None]) -> DoubtOnScreen:
    return doubt_on_screen(DOUBTS, decisions, asked, NAMES)


@pytest.mark.parametrize(
    ("asked", "decisions", "picture", "after"),
    [
        ("", {}, 7, 3),
        ("3", {}, 3, 9),
        ("3", {9: None}, 3, 7),
        ("", {7: 0}, 3, 9),
        ("9", {7: 0, 3: 1}, 9, 9),
        ("", {7: 0, 3: 1, 9: 1}, 7, 7),
        ("8", {}, 7, 3),
        ("-3", {}, 7, 3),
        ("9" * 5000, {}, 7, 3),
    ],
)
def test_the_address_else_the_first_open_one(
    asked: str, decisions: dict[int, int | None], picture: int, after: int
) -> None:
    found = shown(asked, decisions)
    assert (found.one.index, found.after) == (picture, after)


def test_what_is_said_of_it_and_around_it() -> None:
    found = shown("3", {7: 1})
    assert (found.previous, found.following, found.selected, found.page) == (7, 9, 1, 0)
    assert found.title == "Label: cat. The runs: rather dog?"
    assert found.caption == "Test picture 3, 2 of 3. On average cat 0.25, dog 0.50. A run: dog 0.50"
    assert found.others == [2]
    assert [one.index for one in found.around] == [7, 3, 9]
    assert found.captions[1:] == ["cat → dog?", "cat → dog?"]
    assert found.hover[0] == "test picture 7, label cat\nA run: dog 0.50"
    assert shown("7", {7: 1}).title.startswith("Label: cat. The runs: rather dog? · ")
    assert (shown("7", {}).previous, shown("9", {}).following) == (None, None)


def test_its_pixels_are_the_pictures_own_eight_times_as_large(settings: Settings) -> None:
    dataset = open_dataset("drawn:80", settings)
    drawn = np.asarray(Image.open(io.BytesIO(shown("9", {}).picture(dataset))))
    assert np.array_equal(drawn, np.asarray(dataset.test.images[9]).repeat(8, axis=0).repeat(8, axis=1))
