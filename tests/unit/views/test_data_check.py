"""What the page says of the data check."""

import dataclasses

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset, Split
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings
from cifar_core.views.data_check import check_sentence, find_findings, finding_columns, leaking_pairs


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:200", settings)


def with_leaks(dataset: Dataset, settings: Settings, count: int) -> Universe:
    """Put test pictures 0, 1 … among the training pictures 10, 11 …, each a little darker than the last."""
    images = np.array(dataset.train.images)
    for number in range(count):
        images[10 + number] = dataset.test.images[number] // (1 + 0.1 * number)
    changed = dataclasses.replace(
        dataset, train=Split(images, dataset.train.labels), fingerprint=f"leaks{count}"
    )
    return Universe.of_dataset(changed, (), settings.cache_dir)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "No test picture has a near-duplicate in the training split."),
        (1, "1 of 50 test pictures (2.0%) has a near-duplicate in the training split"),
        (3, "3 of 50 test pictures (6.0%) have a near-duplicate in the training split"),
    ],
)
def test_the_sentence_counts_test_pictures(
    dataset: Dataset, settings: Settings, count: int, words: str
) -> None:
    findings = find_findings(with_leaks(dataset, settings, count))
    assert check_sentence(findings).startswith(words)
    columns = finding_columns(findings)
    line = columns["Looked for"].index("test pictures, nearly the same in the training split")
    assert (columns["Found"][line], columns["Share"][line]) == (count, pytest.approx(2.0 * count))
    assert columns[""][line] == ("!" if count else "✓")
    assert {len(column) for column in columns.values()} == {len(findings)}


def test_each_test_picture_stands_beside_its_twin(dataset: Dataset, settings: Settings) -> None:
    universe = with_leaks(dataset, settings, 3)
    pairs = leaking_pairs(universe, most=2)
    assert pairs.places[:2] == (("test", 0), ("train", 10))
    assert pairs.captions[:2] == ("test 0", "train 10 · 1.00")
    assert len(pairs.images) == 4
    assert np.array_equal(pairs.images[0], pairs.images[1])
    assert len(leaking_pairs(universe).images) == 6
    none = leaking_pairs(with_leaks(dataset, settings, 0))
    assert (none.images.shape, none.captions) == ((0, 32, 32, 3), ())
