"""What the page says of the pictures that excite a channel."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.explain.geometry import Line, MapPlace, pixel_place
from cifar_core.explain.inside.seen import Peaks, PeaksRequest
from cifar_core.explain.inside.strongest import Excited
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings
from cifar_core.views.explain.excited import ExcitedPictures, ExcitingAsked, excited_wall
from cifar_core.views.explain.models import ModelChoice
from tests.waiting import wait_until

PIXELS = pixel_place(np.ones((32, 32), bool))


def nowhere(count: int) -> Peaks:
    return Peaks(np.ones((count, 1), np.float32), np.full((count, 1), -1))


@pytest.fixture
def dataset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Dataset:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:40")
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path))
    return open_dataset(None, Settings.from_environment())


def test_exciting_pictures_have_class_value_and_number(dataset: Dataset) -> None:
    cats, dogs = (np.flatnonzero(dataset.test.labels == label).tolist() for label in (3, 5))
    members = (("test", dogs[0]), ("test", cats[0]), ("train", 2))
    peaks = Peaks(np.array([[1.0], [4.0], [3.0]], np.float32), np.array([[0], [33], [-1]]), PIXELS)
    wall = excited_wall(Excited.of_peaks([peaks], members, 90, 2), 0, dataset, "the test pictures")
    assert wall.members == (("test", cats[0]), ("train", 2))
    assert wall.captions[0] == "cat 4.00"
    assert wall.hover == (
        f"cat, test picture {cats[0]}\nhighest value 4.00\nin rows 1–1, columns 1–1",
        wall.hover[1].partition("\nhighest")[0] + "\nhighest value 3.00",
    )
    assert wall.frames == ((1, 1, 1, 1), None)
    assert "**Framed:** what the cell with that value sees" in wall.sentence
    np.testing.assert_array_equal(wall.images[1], dataset.train.images[2])
    assert "among the test pictures (3 of 90, drawn by chance)" in wall.sentence
    assert "in the median picture it is 3.00" in wall.sentence


def test_a_class_that_many_of_them_show_is_named(dataset: Dataset) -> None:
    members = tuple(("test", number) for number in np.flatnonzero(dataset.test.labels == 3).tolist())
    assert len(members) == 1
    twice = Excited.of_peaks([nowhere(2)], members * 2, 2, 9)
    assert "2 of these 2 show one class, cat." in excited_wall(twice, 0, dataset, "x").sentence
    once = excited_wall(Excited.of_peaks([nowhere(1)], members, 1, 9), 0, dataset, "x").sentence
    assert "show one class" not in once
    assert "(1)" in once
    assert "ramed" not in once


def test_a_cell_that_sees_the_whole_picture_has_no_frame(dataset: Dataset) -> None:
    whole = Line(15.5, 1.0, 32, np.array([0]), np.array([31]))
    peaks = Peaks(
        np.ones((1, 1), np.float32), np.zeros((1, 1), np.int64), MapPlace(whole, whole, np.ones((1, 1), bool))
    )
    wall = excited_wall(Excited.of_peaks([peaks], (("test", 0),), 1, 9), 0, dataset, "x")
    assert wall.frames == (None,)
    assert "Its cells see the whole picture, so that none of it is framed." in wall.sentence


class Light:
    """Is excited by light."""

    def peaks(self, request: PeaksRequest) -> Peaks:
        light = request.pictures.max(axis=(1, 2)).astype(np.float32)
        return Peaks(light, np.zeros(light.shape, np.int64))


def test_what_was_looked_through_is_kept_under_what_was_asked(dataset: Dataset, tmp_path: Path) -> None:
    universe = Universe.of_dataset(dataset, (), tmp_path)
    path = tmp_path / "model.keras"
    path.touch()
    asked = ExcitingAsked(
        ModelChoice("run", "run", path, dataset.class_names), "conv", choose("split(test)", universe)
    )
    kept = ExcitedPictures()
    assert kept.found(asked) is None
    kept.begin(asked, Light())
    wait_until(lambda: kept.found(asked) is not None)
    assert asked.size == len(asked.pictures)
    for other in (replace(asked, layer="second"), replace(asked, pictures=choose("class(cat)", universe))):
        assert kept.found(other) is None
    path.write_bytes(b"other weights")
    assert kept.found(asked) is None
