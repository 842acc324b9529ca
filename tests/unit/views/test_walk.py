"""The way through the pictures of a cell or set."""

from dataclasses import replace
from pathlib import Path

import pytest

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.sample import draw_sample
from cifar_core.picture_sets.saved import SetStore
from cifar_core.runs.store import RunStore
from cifar_core.views.picture_set import open_set
from cifar_core.views.walk import Walk, expression_of_cell
from tests.fake_runs import write_run


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return draw_sample("drawn:200")


@pytest.fixture
def store(tmp_path: Path, dataset: Dataset) -> RunStore:
    write_run(tmp_path / "runs", "a", dataset, wrong_every=1)  # each class is taken for the next one
    return RunStore(tmp_path / "runs")


def walk_through(store: RunStore, dataset: Dataset, text: str, index: int, split: SplitName = "test") -> Walk:
    folder = store.runs_dir
    shown, note = open_set(
        text, dataset, store.list(), folder.parent / "cache", SetStore(folder), {"a": "A run"}
    )
    assert note is None
    assert shown is not None
    return Walk(shown, split, index)


def cell_walk(store: RunStore, dataset: Dataset, cell: str, of: str, index: int) -> Walk:
    text, note = expression_of_cell(store.list(), dataset, cell, of)
    assert note is None
    assert text is not None
    return walk_through(store, dataset, text, index)


def test_the_way_leads_from_the_first_to_the_last(store: RunStore, dataset: Dataset) -> None:
    # The pictures are said with falling confidence, so that the order of the gallery is that of the test split.
    cats = [index for index, label in enumerate(dataset.test.labels.tolist()) if label == 3]
    assert len(cats) > 2
    for position, index in enumerate(cats):
        walk = cell_walk(store, dataset, "cat,deer", "a", index)
        assert walk.indices == tuple(cats)
        assert walk.position == position
        assert walk.before == (cats[position - 1] if position else None)
        assert walk.after == (cats[position + 1] if index != cats[-1] else None)
        assert walk.sentence == f"{position + 1} of {len(cats)} pictures of cat taken for deer by A run"
        assert (walk.page, walk.position_on_page) == (1, position)


def test_from_another_picture_the_way_begins_with_the_first(store: RunStore, dataset: Dataset) -> None:
    dogs = [index for index, label in enumerate(dataset.test.labels.tolist()) if label == 5]
    walk = cell_walk(store, dataset, "cat,deer", "a", dogs[0])
    assert (walk.position, walk.position_on_page, walk.before) == (None, None, None)
    assert walk.after == walk.indices[0]
    assert walk.sentence == walk.title


def test_an_empty_cell_leads_nowhere(store: RunStore, dataset: Dataset) -> None:
    walk = cell_walk(store, dataset, "cat,dog", "a", 0)
    assert (walk.before, walk.after, walk.position) == (None, None, None)
    assert walk.title == "0 pictures of cat taken for dog by A run"


def test_a_second_page_begins_anew(store: RunStore, dataset: Dataset) -> None:
    twice = replace(
        dataset, test=replace(dataset.test, labels=dataset.test.labels * 0 + 3), fingerprint="1" * 16
    )
    write_run(store.runs_dir, "all-cats", twice, wrong_every=1)
    walk = cell_walk(store, twice, "cat,deer", "all-cats", 20)
    assert (walk.position, walk.page, walk.position_on_page) == (20, 2, 4)


def test_any_set_is_walked_through_in_its_order(store: RunStore, dataset: Dataset) -> None:
    walk = walk_through(store, dataset, "list(test:9, 4, train:3, test:7)", 4)
    assert (walk.indices, walk.before, walk.after) == ((9, 4, 7), 9, 7)
    assert walk.sentence == "2 of 3 pictures chosen by hand"
    assert walk_through(store, dataset, "list(test:9, 4, train:3)", 3, "train").indices == (3,)
    first = walk_through(store, dataset, "first(2, wrong(a))", 1)
    assert first.sentence == "2 of 2: the first 2 pictures that A run got wrong"


@pytest.mark.parametrize(
    ("cell", "of", "said"),
    [
        ("cat,dog", "gone", "There is no run “gone”"),
        ("cat,dog", None, "There is no run “”"),
        ("cat,elephant", "a", "There is no cell “cat,elephant”"),
    ],
)
def test_what_there_is_not_is_named(
    store: RunStore, dataset: Dataset, cell: str, of: str | None, said: str
) -> None:
    text, note = expression_of_cell(store.list(), dataset, cell, of)
    assert text is None
    assert said in (note or "")
