"""The slices on which a network is worst: found, judged on other pictures, and not made up."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest, fisher_exact

from cifar_core.data.attributes import ATTRIBUTES
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import SplitName
from cifar_core.evaluation.predictions import Predictions
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.slices import SEED, Slice, worst_slices
from cifar_core.picture_sets.universe import Said, Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run


class Measured(Universe):
    """A universe whose attributes are made up."""

    made: dict[str, NDArray[np.float32]] = {}  # noqa: RUF012
    searched = False

    @property
    def duplicates_known(self) -> bool:
        return self.searched

    def attribute(self, name: str, split: SplitName | None = None) -> NDArray[np.float32]:
        assert split in (None, "test"), "pictures are measured that no slice is made of"
        return self.made[name]


def made_up(universe: Universe, pictures: int, classes: int, seed: int) -> Universe:
    dice = np.random.default_rng(seed)
    names = tuple(f"class {number}" for number in range(classes))
    labels = dice.integers(0, classes, pictures)
    found = Measured(names, "f" * 16, np.empty(0, np.int64), labels, None, universe.runs, universe.cache_dir)
    found.__dict__["made"] = {name: dice.random(pictures).astype(np.float32) for name in ATTRIBUTES}
    return found


def said_of(universe: Universe, correct: NDArray[np.bool_]) -> Said:
    labels, classes = universe.test_labels, len(universe.class_names)
    predicted = np.where(correct, labels, (labels + 1) % classes)
    logits = np.eye(classes, dtype=np.float32)[predicted]
    return Said(universe.runs[0], Predictions(logits, labels, np.arange(len(labels))))


def test_what_is_bad_is_found_and_counted_on_the_other_half(universe: Universe) -> None:
    space = made_up(universe, 4_000, 5, 1)
    dark = space.attribute("brightness") < 0.25
    bad = (space.test_labels == 2) & dark
    correct = np.random.default_rng(2).random(4_000) < np.where(bad, 0.4, 0.9)
    said = said_of(space, correct)
    worst = worst_slices(space, said)
    first = worst[0]
    assert first.expression.startswith('class("class 2") and brightness(..0.2')
    assert first.p_value < 1e-6
    judged = np.random.default_rng(SEED).permutation(4_000) >= 2_000
    chosen = np.zeros(4_000, np.bool_)
    chosen[choose(first.expression, space).of_split("test")] = True
    assert (first.count, first.right) == ((chosen & judged).sum(), correct[chosen & judged].sum())
    assert (first.rest_count, first.rest_right) == ((~chosen & judged).sum(), correct[~chosen & judged].sum())
    table = [
        [first.right, first.count - first.right],
        [first.rest_right, first.rest_count - first.rest_right],
    ]
    alone = fisher_exact(table, alternative="less").pvalue
    assert alone <= first.p_value <= 10 * alone * (1 + 1e-9)


@pytest.mark.parametrize(("right", "count"), [(50, 100), (0, 40), (40, 40), (3, 5_000)])
@pytest.mark.parametrize("together", [1, 3, 10])
def test_its_interval_holds_at_once_with_those_beside_it(right: int, count: int, together: int) -> None:
    found = Slice("class(cat)", count, right, 900, 810, 0.5).interval(together)
    wanted = binomtest(right, count).proportion_ci(1 - 0.05 / together, method="wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)


def test_all_intervals_of_a_table_hold_in_nineteen_of_twenty_tables() -> None:
    dice, truths = np.random.default_rng(5), np.linspace(0.5, 0.95, 10)
    missed = alone = 0
    for _ in range(400):
        table = [Slice("", 150, int(dice.binomial(150, share)), 1, 1, 1.0) for share in truths]
        missed += any(share not in one.interval(10) for one, share in zip(table, truths, strict=True))
        alone += any(share not in one.interval() for one, share in zip(table, truths, strict=True))
    assert missed <= 31  # 5% are 20; more than 31 come by chance once in 150 times
    assert alone > 80  # what single intervals would have missed: 1 - 0.95 ** 10 are 40%


def test_only_the_test_pictures_are_measured(settings: Settings) -> None:
    dataset = open_dataset("drawn:200", settings)
    write_run(settings.runs_dir, "third", dataset, wrong_every=3)
    runs = RunStore.from_settings(settings).list()
    space = Universe.of_dataset(dataset, runs, settings.cache_dir)
    worst_slices(space, space.said("third"))
    measured = [file.stem.rpartition("-")[2] for file in (settings.cache_dir / "attributes").iterdir()]
    assert measured == ["test"]
    whole = space.attribute("brightness")
    assert np.array_equal(whole[space.places("test")], space.attribute("brightness", "test"))
    assert np.array_equal(whole[space.places("train")], space.attribute("brightness", "train"))


def test_a_network_without_structure_has_no_bad_slice(universe: Universe) -> None:
    # Each time ten slices are reported, and each time it is asked whether any of them is called significant.
    called = 0
    for seed in range(150):
        space = made_up(universe, 1_200, 4, 100 + seed)
        correct = np.random.default_rng(seed).random(1_200) < 0.85
        called += any(one.p_value < 0.05 for one in worst_slices(space, said_of(space, correct)))
    assert called <= 15  # 5% of 150 are 7.5; more than 15 come by chance once in 200 times


def test_copies_are_a_slice_once_they_were_searched_for(universe: Universe) -> None:
    space = made_up(universe, 4_000, 5, 1)
    copied = np.random.default_rng(3).random(4_000) < 0.3
    space.__dict__["made"]["near_duplicate_count"] = 2 * copied
    said = said_of(space, np.random.default_rng(2).random(4_000) < np.where(copied, 0.95, 0.8))
    assert "near_duplicate_count" not in str(worst_slices(space, said))
    space.__dict__["searched"] = True
    first = worst_slices(space, said)[0]
    assert first.expression == "near_duplicate_count(0)"
    assert first.count == (~copied & (np.random.default_rng(SEED).permutation(4_000) >= 2_000)).sum()


def test_what_is_nearly_all_of_a_class_is_not_named_twice(universe: Universe) -> None:
    space = made_up(universe, 4_000, 5, 1)
    space.__dict__["made"]["near_duplicate_count"] = np.where(np.arange(4_000) % 25, 0, 1)
    space.__dict__["searched"] = True
    said = said_of(space, np.random.default_rng(2).random(4_000) < np.where(space.test_labels == 2, 0.5, 0.9))
    worst = [one.expression for one in worst_slices(space, said)]
    assert worst[0] == 'class("class 2")'
    assert not [text for text in worst if "near_duplicate_count(0)" in text]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_all_right_or_all_wrong_has_none(universe: Universe, share: float) -> None:
    space = made_up(universe, 500, 4, 4)
    assert worst_slices(space, said_of(space, np.full(500, bool(share)))) == ()


def test_too_few_pictures_have_none(universe: Universe) -> None:
    space = made_up(universe, 30, 4, 4)
    assert worst_slices(space, said_of(space, np.arange(30) % 2 == 0)) == ()
    empty = replace(space, test_labels=np.empty(0, np.int64))
    empty.__dict__["made"] = {name: np.empty(0, np.float32) for name in ATTRIBUTES}
    assert worst_slices(empty, said_of(empty, np.empty(0, np.bool_))) == ()
