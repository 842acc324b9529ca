"""A picture set as pages show it."""

import csv
import io

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.picture_sets.saved import SetStore
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.picture_set import (
    SetOnScreen,
    open_set,
    search_expression,
    set_against_rest,
    set_counts,
    set_csv,
    set_page,
)
from cifar_core.views.picture_wall import shown_columns
from tests.fake_runs import write_run


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:200", settings)


def opened(text: str | None, dataset: Dataset, settings: Settings) -> tuple[SetOnScreen | None, str | None]:
    if not settings.runs_dir.exists():
        write_run(settings.runs_dir, "fourth", dataset, wrong_every=4)
    runs = RunStore.from_settings(settings).list()
    return open_set(text, dataset, runs, settings.cache_dir, SetStore(settings.runs_dir), {"fourth": "A run"})


def shown(text: str, dataset: Dataset, settings: Settings) -> SetOnScreen:
    found, note = opened(text, dataset, settings)
    assert note is None
    assert found is not None
    return found


def test_a_set_has_a_title_and_a_size(dataset: Dataset, settings: Settings) -> None:
    found = shown("wrong(fourth)", dataset, settings)
    assert found.title == "pictures that A run got wrong"
    assert found.size == f"{len(range(0, len(dataset.test), 4))} test pictures"
    both = shown("list(train:1, 2, test:5)", dataset, settings)
    assert both.size == "2 training and 1 test picture"
    assert both.indices("train").tolist() == [1, 2]
    assert shown("list(train:1)", dataset, settings).size == "1 training picture"
    assert shown("wrong(fourth) and right(fourth)", dataset, settings).size == "0 test pictures"


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_expression_is_no_set(dataset: Dataset, settings: Settings, text: str | None) -> None:
    assert opened(text, dataset, settings) == (None, None)


def test_what_cannot_be_understood_is_a_sentence(dataset: Dataset, settings: Settings) -> None:
    found, note = opened("wrong(fifth)", dataset, settings)
    assert found is None
    assert note is not None
    assert note.endswith("there is no run “fifth”. Runs on these pictures: fourth.")


def test_a_page_of_pictures(dataset: Dataset, settings: Settings) -> None:
    found = shown("sort(wrong(fourth), confidence(fourth))", dataset, settings)
    wrong = [index for index in range(len(dataset.test)) if index % 4 == 0][::-1]
    page = set_page(found, "test", dataset, page=2, per_page=3)
    assert page.indices == tuple(wrong[3:6])
    assert np.array_equal(page.images, dataset.test.images[wrong[3:6]])
    assert (page.page, page.pages, page.pictures) == (2, -(-len(wrong) // 3), len(wrong))
    true = int(dataset.test.labels[wrong[3]])
    said = dataset.class_names[(true + 1) % 10]
    confidence = found.pictures.said[0].predictions.confidence[wrong[3]]
    assert page.captions[0] == f"{said} {confidence:.2f}"
    assert page.hover[0] == (
        f"{dataset.class_names[true]}, test picture {wrong[3]}\nA run: {said} {confidence:.2f}"
    )
    last = set_page(found, "test", dataset, page=999, per_page=3)
    assert last.page == last.pages


def test_a_page_without_runs_or_pictures(dataset: Dataset, settings: Settings) -> None:
    found = shown("list(train:3, test:2)", dataset, settings)
    assert set_page(found, "train", dataset, page=1).captions == (
        dataset.class_names[dataset.train.labels[3]],
    )
    empty = set_page(shown("class(cat) and class(dog)", dataset, settings), "test", dataset, page=1)
    assert (empty.indices, empty.pages, empty.images.shape) == ((), 1, (0, 32, 32, 3))


@pytest.mark.parametrize(
    ("typed", "expression"),
    [
        ("17", "list(test:17)"),
        (" 3, 5 9", "list(test:3, test:5, test:9)"),
        ("Cat", "class(cat)"),
        ("wrong(a) and class(cat)", "wrong(a) and class(cat)"),
        ("zebra", "zebra"),
        ("", ""),
    ],
)
def test_what_is_typed_into_a_search(dataset: Dataset, typed: str, expression: str) -> None:
    assert search_expression(typed, dataset, "test") == expression


def test_a_set_is_counted_and_its_colours_stand_against_the_rest(
    dataset: Dataset, settings: Settings
) -> None:
    found = shown("class(cat) and not list(test:0) or list(train:0)", dataset, settings)
    train, test = set_counts(found, dataset)
    cat = dataset.class_names.index("cat")
    assert test.tolist() == [
        int(((dataset.test.labels == label) & (np.arange(len(dataset.test)) != 0)).sum())
        if label == cat
        else 0
        for label in range(10)
    ]
    assert train[cat] >= (dataset.train.labels == cat).sum()
    counted = set_against_rest(found, "test", dataset)
    mine = dataset.test.images[found.indices("test")]
    assert counted.pictures.tolist() == [len(mine), len(dataset.test) - len(mine)]
    assert counted.counts[0, 2].tolist() == np.bincount(mine[..., 2].ravel(), minlength=256).tolist()
    whole = np.bincount(dataset.test.images[..., 2].ravel(), minlength=256)
    assert counted.counts[:, 2].sum(axis=0).tolist() == whole.tolist()


def test_what_is_taken_along(dataset: Dataset, settings: Settings) -> None:
    found = shown("class(cat)", dataset, settings)
    rows = list(csv.reader(io.StringIO(set_csv(found))))
    assert rows[0] == ["split", "number", "class"]
    assert len(rows) == 1 + len(found.pictures)
    assert {row[2] for row in rows[1:]} == {"cat"}
    page = set_page(found, "test", dataset, page=1, per_page=3)
    on_wall = shown_columns(page, "test")
    assert on_wall["number"] == list(page.indices)
    assert on_wall["picture"] == [f"cat, test picture {index}" for index in page.indices]
    assert all(len(column) == 3 for column in on_wall.values())
