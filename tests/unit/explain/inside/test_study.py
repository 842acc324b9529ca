"""Looking through pictures, with a network that anybody can compute."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.errors import ConfigError, ExplainError
from cifar_core.explain.inside.seen import Peaks, PeaksRequest
from cifar_core.explain.inside.study import find_exciting
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings


class Network:
    """Is excited by light: three channels for three colours."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def peaks(self, request: PeaksRequest) -> Peaks:
        self.asked.append(len(request.pictures))
        assert (request.model, request.layer) == (Path("model.keras"), "conv")
        flat = request.pictures.reshape(len(request.pictures), -1, 3).astype(np.float32)
        return Peaks(flat.max(axis=1), flat.argmax(axis=1))


@pytest.fixture
def universe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Universe:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:400")
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path))
    return Universe.of_dataset(open_dataset(None, Settings.from_environment()), (), tmp_path)


def test_finds_the_pictures_of_both_splits_by_number(universe: Universe) -> None:
    network, told = Network(), list[float]()
    chosen = choose("class(cat)", universe)
    found = find_exciting(
        network, Path("model.keras"), "conv", chosen, lambda doing, share: told.append(share)
    )
    dataset = universe.with_pictures()
    assert found.pictures == found.of == len(found.members) == len(chosen)
    assert {split for split, _ in found.members} == {"train", "test"}
    for channel in range(3):
        split, number = found.members[found.places[channel, 0]]
        reached = [dataset.split(one).images[place][..., channel].max() for one, place in found.members]
        assert dataset.split(split).images[number][..., channel].max() == max(reached)
        row, column = divmod(int(found.cells[channel, 0]), 32)
        assert dataset.split(split).images[number][row, column, channel] == max(reached)
    assert told == sorted(told)


def test_of_many_some_are_drawn_a_part_at_a_time(universe: Universe) -> None:
    network = Network()
    chosen = choose("split(train)", universe)
    found = find_exciting(network, Path("model.keras"), "conv", chosen, most=250)
    assert (found.pictures, found.of) == (250, 400)
    assert network.asked == [200, 50]
    assert len(set(found.members)) == 250
    again = find_exciting(network, Path("model.keras"), "conv", chosen, most=250)
    assert again.members == found.members


def test_what_is_not_possible_is_said(universe: Universe) -> None:
    with pytest.raises(ConfigError, match="1 to 2,000"):
        find_exciting(Network(), Path(), "conv", choose("split(test)", universe), most=2001)
    with pytest.raises(ExplainError, match="no picture in"):
        find_exciting(Network(), Path(), "conv", choose("class(cat) and class(dog)", universe))
