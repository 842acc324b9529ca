"""What the page says of a layer, a channel and the pictures that excite it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.explain.inside.seen import InsideLayer, PeaksRequest, Seen
from cifar_core.explain.inside.strongest import Excited
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings
from cifar_core.views.explain.inside import (
    MOST_CHANNELS,
    ExcitedPictures,
    ExcitingAsked,
    channel_wall,
    excited_wall,
    filter_wall,
    first_layer,
    layer_label,
    layer_sentence,
)
from cifar_core.views.explain.models import ModelChoice
from tests.waiting import wait_until

CONV = InsideLayer("conv", "convolution: 3 filters of 3×3", 2, 2, 3)
DENSE = InsideLayer("dense", "3 neurons, each weighs all values (dense)", 1, 1, 3)
MAPS = np.array([[[0, 5, 1], [0, 0, 2]], [[0, 0, 0], [3, 1, 0]]], np.float32)


@pytest.fixture
def dataset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Dataset:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:40")
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path))
    return open_dataset(None, Settings.from_environment())


def test_layers_are_named_with_size_and_operation() -> None:
    assert layer_label(CONV) == "conv · 3 maps of 2×2 · convolution: 3 filters of 3×3"
    assert layer_label(DENSE) == "dense · 3 numbers · 3 neurons, each weighs all values (dense)"
    scaled, deep = replace(CONV, name="scaled"), replace(CONV, name="deep", channels=8)
    assert first_layer((scaled, DENSE, deep)) == "deep"
    assert first_layer((DENSE,)) == "dense"


def test_the_strongest_channel_stands_first_with_its_number() -> None:
    seen = Seen((CONV,), CONV, MAPS)
    wall = channel_wall(seen, "inferno")
    assert (wall.captions, wall.numbers) == (("1", "0", "2"), (1, 0, 2))
    assert wall.hover[0] == "channel 1: highest 5.00, mean 1.50"
    assert layer_sentence(seen).startswith(
        "**What this layer makes of the picture:** 3 feature maps, the strongest first (by the highest value anywhere "
        "in it); black is 0"
    )
    said = layer_sentence(seen, filters=True)
    assert "3 filters; first what is strongest in this picture. Grey is no weight" in said
    filters = np.zeros((3, 1, 1, 3), np.float32)
    filters[1, ..., 0] = 1
    assert channel_wall(replace(seen, colours=filters), "inferno", filters=True).images[0, 0, 0].tolist() == [
        255,
        128,
        128,
    ]


def test_neurons_are_numbers_and_of_many_the_strongest_are_shown() -> None:
    values = -np.arange(300, dtype=np.float32).reshape(1, 1, 300)
    seen = Seen((), replace(DENSE, channels=300), values)
    wall = channel_wall(seen, "inferno")
    assert wall.numbers == tuple(range(MOST_CHANNELS))
    assert wall.hover[7] == "channel 7: −7.00"
    assert "the 128 strongest of 300 numbers, the strongest first (the highest first); blue is negative" in (
        layer_sentence(seen)
    )


def test_the_parts_of_a_filter_that_weigh_most_stand_first() -> None:
    weights = np.zeros((20, 2, 2), np.float32)
    weights[7, 0, 0], weights[3] = -9, 2
    assert filter_wall(weights).captions[:3] == ("of 7", "of 3", "of 0")


def test_exciting_pictures_have_class_value_and_number(dataset: Dataset) -> None:
    cats, dogs = (np.flatnonzero(dataset.test.labels == label).tolist() for label in (3, 5))
    members = (("test", dogs[0]), ("test", cats[0]), ("train", 2))
    peaks = np.array([[1.0], [4.0], [3.0]], np.float32)
    wall = excited_wall(Excited.of_peaks(peaks, members, 90, 2), 0, dataset, "the test pictures")
    assert wall.members == (("test", cats[0]), ("train", 2))
    assert wall.captions[0] == "cat 4.00"
    assert wall.hover[0] == f"cat, test picture {cats[0]}\nhighest value 4.00"
    np.testing.assert_array_equal(wall.images[1], dataset.train.images[2])
    assert "among the test pictures (3 of 90, drawn by chance)" in wall.sentence
    assert "in the median picture it is 3.00" in wall.sentence


def test_a_class_that_many_of_them_show_is_named(dataset: Dataset) -> None:
    members = tuple(("test", number) for number in np.flatnonzero(dataset.test.labels == 3).tolist())
    peaks = np.ones((len(members), 1), np.float32)
    assert len(members) == 1
    twice = Excited.of_peaks(np.ones((2, 1), np.float32), members * 2, 2, 9)
    assert "2 of these 2 show one class, cat." in excited_wall(twice, 0, dataset, "x").sentence
    once = excited_wall(Excited.of_peaks(peaks, members, 1, 9), 0, dataset, "x").sentence
    assert "show one class" not in once
    assert "(1)" in once


class Light:
    """Is excited by light."""

    def peaks(self, request: PeaksRequest) -> np.ndarray:
        return request.pictures.max(axis=(1, 2)).astype(np.float32)


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
