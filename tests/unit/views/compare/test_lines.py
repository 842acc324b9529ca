"""The lines of the table: their order, which are seen at first, and what a tick chooses."""

from pathlib import Path

import pytest

from cifar_core.data.dataset import Dataset
from cifar_core.runs.store import RunStore
from cifar_core.views.compare.columns import columns_of
from cifar_core.views.compare.lines import (
    FEW,
    accuracy_of,
    can_be_ticked,
    first_lines,
    interval_of,
    list_lines,
    ticked_after,
)
from cifar_core.views.compare.repeats import list_groups
from cifar_core.views.compare.table import list_rows
from tests.fake_runs import write_run
from tests.unit.views.compare.test_page import make_dataset
from tests.unit.views.compare.test_repeats import write_repeats


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


def test_a_group_stands_among_the_runs_and_its_own_runs_behind_it(tmp_path: Path, dataset: Dataset) -> None:
    store = RunStore(tmp_path)
    write_repeats(store, dataset, "small", (2, 3, 5))  # on average 65.6%
    write_run(tmp_path, "better", dataset, wrong_every=4)
    write_run(tmp_path, "worse", dataset, wrong_every=2)
    write_run(tmp_path, "waits", dataset, status="queued")
    rows = list_rows(store.list(), dataset)
    lines = list_lines(rows, list_groups(rows))
    assert [line.id for line in lines] == [
        "better", "group-small", "small-2", "small-1", "small-0", "worse", "waits",
    ]  # fmt: skip
    group, waits = lines[1], lines[-1]
    assert accuracy_of(group) == pytest.approx((0.5 + 2 / 3 + 0.8) / 3)
    assert interval_of(group) != interval_of(lines[2])
    assert (accuracy_of(waits), interval_of(waits)) == (None, None)
    assert [line.id for line in first_lines(lines, [])] == ["better", "group-small", "worse", "waits"]
    assert [line.id for line in first_lines(lines, ["small-0"])][:3] == ["better", "group-small", "small-0"]


def test_few_lines_are_seen_at_first_and_the_ticked_ones(tmp_path: Path, dataset: Dataset) -> None:
    for number in range(FEW + 4):
        write_run(tmp_path, f"r{number}", dataset, wrong_every=20 - number)
    lines = list_lines(list_rows(RunStore(tmp_path).list(), dataset), ())
    last = f"r{FEW + 3}"
    assert [line.id for line in first_lines(lines, [])] == [f"r{number}" for number in range(FEW)]
    assert [line.id for line in first_lines(lines, [last])] == [
        *(f"r{number}" for number in range(FEW)),
        last,
    ]


@pytest.mark.parametrize(
    ("before", "ticked", "after"),
    [
        (["a", "b"], ["a", "b", "c"], ["a", "b", "c"]),
        (["b", "a"], ["a", "b", "c"], ["b", "a", "c"]),  # those there keep their order
        (["a", "b"], ["b"], ["b"]),
        (["a", "elsewhere"], [], ["elsewhere"]),  # on another page of the table
        ([], [], []),
        (["a"], ["a", "forged"], ["a"]),  # a browser may send anything
    ],
)
def test_a_tick_adds_and_takes_away(before: list[str], ticked: list[str], after: list[str]) -> None:
    assert ticked_after(before, ["a", "b", "c"], ticked) == after


def test_columns_that_say_nothing_are_left_out(tmp_path: Path, dataset: Dataset) -> None:
    write_run(tmp_path, "waits", dataset, status="queued")
    (tmp_path / "broken").mkdir()
    lines = list_lines(list_rows(RunStore(tmp_path).list(), dataset), ())
    assert [column.title for column in columns_of(lines, "Accuracy")] == ["Status"]
    assert {line.id: can_be_ticked(line) for line in lines} == {"waits": True, "broken": False}
