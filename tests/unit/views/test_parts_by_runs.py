"""The parts of a picture set that tell runs apart."""

import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.parts_by_runs import parts_of_set
from cifar_core.views.picture_set import SetOnScreen
from tests.fake_runs import write_run


@pytest.fixture
def universe(settings: Settings) -> Universe:
    dataset: Dataset = open_dataset("drawn:200", settings)
    write_run(settings.runs_dir, "second", dataset, wrong_every=2)
    write_run(settings.runs_dir, "third", dataset, wrong_every=3)
    return Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)


def parts(text: str, universe: Universe) -> dict[str, list[int]]:
    found = parts_of_set(SetOnScreen(choose(text, universe), {"second": "B", "third": "C"}))
    for one in found:
        assert one.count == len(choose(one.expression, universe))
    return {one.words: choose(one.expression, universe).of_split("test").tolist() for one in found}


def test_flips_and_what_both_miss(universe: Universe) -> None:
    # “second” is wrong on 0, 2, 4 …, “third” on 0, 3, 6 …
    chosen = "(right(second) or right(third) or all_wrong(second, third)) and list(test:0, 1, 2, 3, 4, 6)"
    assert parts(chosen, universe) == {"only B right": [3], "only C right": [2, 4], "both wrong": [0, 6]}


def test_the_order_of_the_set_stays(universe: Universe) -> None:
    chosen = "sort(disagree(second, third) and list(test:2, 3, 4), loss(third), down)"
    whole = choose(chosen, universe).of_split("test").tolist()
    assert parts(chosen, universe)["only C right"] == [index for index in whole if index in (2, 4)]


def test_one_run(universe: Universe) -> None:
    assert parts("list(test:0, 1, 2) and (right(second) or wrong(second))", universe) == {"got wrong": [0, 2]}


@pytest.mark.parametrize(
    "text", ["class(cat)", "wrong(second)", "flips(second, third)", "right(second) and wrong(second)"]
)
def test_a_set_without_such_parts_offers_none(universe: Universe, text: str) -> None:
    assert parts(text, universe) == {}
