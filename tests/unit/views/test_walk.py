"""The way through the pictures of a cell."""

from dataclasses import replace
from pathlib import Path

import pytest

from cifar_core.data.dataset import Dataset
from cifar_core.data.sample import draw_sample
from cifar_core.runs.store import RunStore
from cifar_core.views.walk import find_walk
from tests.fake_runs import write_run


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return draw_sample("drawn:200")


@pytest.fixture
def store(tmp_path: Path, dataset: Dataset) -> RunStore:
    write_run(tmp_path / "runs", "a", dataset, wrong_every=1)  # each class is taken for the next one
    return RunStore(tmp_path / "runs")


def test_the_way_leads_from_the_first_to_the_last(store: RunStore, dataset: Dataset) -> None:
    # The pictures are said with falling confidence, so that the order of the gallery is that of the test split.
    cats = [index for index, label in enumerate(dataset.test.labels.tolist()) if label == 3]
    assert len(cats) > 2
    for position, index in enumerate(cats):
        walk, note = find_walk(store.list(), dataset, "cat,deer", "a", index)
        assert note is None
        assert walk is not None
        assert walk.cell.indices == tuple(cats)
        assert walk.position == position
        assert walk.before == (cats[position - 1] if position else None)
        assert walk.after == (cats[position + 1] if index != cats[-1] else None)
        assert walk.sentence == f"{position + 1} of {len(cats)} pictures of cat taken for deer by a"
        assert (walk.page, walk.position_on_page) == (1, position)


def test_from_another_picture_the_way_begins_with_the_first(store: RunStore, dataset: Dataset) -> None:
    dogs = [index for index, label in enumerate(dataset.test.labels.tolist()) if label == 5]
    walk, _ = find_walk(store.list(), dataset, "cat,deer", "a", dogs[0])
    assert walk is not None
    assert (walk.position, walk.position_on_page, walk.before) == (None, None, None)
    assert walk.after == walk.cell.indices[0]
    assert walk.sentence == walk.cell.title


def test_an_empty_cell_leads_nowhere(store: RunStore, dataset: Dataset) -> None:
    walk, _ = find_walk(store.list(), dataset, "cat,dog", "a", 0)
    assert walk is not None
    assert (walk.before, walk.after, walk.position) == (None, None, None)


def test_a_second_page_begins_anew(store: RunStore, dataset: Dataset) -> None:
    twice = replace(
        dataset, test=replace(dataset.test, labels=dataset.test.labels * 0 + 3), fingerprint="1" * 16
    )
    write_run(store.runs_dir, "all-cats", twice, wrong_every=1)
    walk, _ = find_walk(store.list(), twice, "cat,deer", "all-cats", 20)
    assert walk is not None
    assert (walk.position, walk.page, walk.position_on_page) == (20, 2, 4)


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
    walk, note = find_walk(store.list(), dataset, cell, of, 0)
    assert walk is None
    assert said in (note or "")


def test_without_a_cell_there_is_no_way(store: RunStore, dataset: Dataset) -> None:
    assert find_walk(store.list(), dataset, None, "a", 0) == (None, None)


def test_a_run_on_other_pictures_is_not_walked_through(store: RunStore, dataset: Dataset) -> None:
    other = replace(dataset, fingerprint="0" * 16)
    walk, note = find_walk(store.list(), other, "cat,deer", "a", 0)
    assert walk is None
    assert note == "“a” was tested on other pictures than those on screen."
