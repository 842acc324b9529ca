"""Whose turn it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.order import place_before, waiting_order
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.status import Status

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def run(
    name: str, minute: int, *, owner: str | None = None, priority: int = 0, status: Status = "queued"
) -> Run:
    record = RunRecord(
        id=name,
        config=TrainingConfig(name=name, model="cnn-2conv", data="drawn"),
        status="running" if status == "running" else "queued",
        created=NOON + timedelta(minutes=minute),
        owner=owner,
        priority=priority,
    )
    return Run(record, RunPaths(Path(name)), status, shipped=False)


def order(*runs: Run) -> str:
    return " ".join(one.id for one in waiting_order(runs))


def test_the_oldest_is_next() -> None:
    assert order(run("late", 5), run("early", 1), run("running", 0, status="running")) == "early late"


def test_a_higher_priority_goes_before_an_older_run() -> None:
    assert (
        order(run("old", 0), run("urgent", 9, priority=1), run("idle", 1, priority=-1)) == "urgent old idle"
    )


def test_people_take_turns_whoever_queued_more() -> None:
    anna = [run(f"anna{number}", number, owner="anna") for number in range(3)]
    assert (
        order(*anna, run("ben0", 7, owner="ben"), run("ben1", 8, owner="ben"))
        == "anna0 ben0 anna1 ben1 anna2"
    )


def test_a_run_under_way_counts_as_its_owners_first() -> None:
    training = run("training", 0, owner="anna", status="running")
    assert order(training, run("anna1", 1, owner="anna"), run("ben0", 9, owner="ben")) == "ben0 anna1"


def moved(runs: list[Run], one: str, other: str | None) -> str:
    priority, place = place_before(runs, one, other)
    changed = []
    for each in runs:
        assert each.record is not None
        if each.id == one:
            record = each.record.model_copy(update={"priority": priority, "place": place})
            changed.append(Run(record, each.paths, each.status, shipped=False))
        else:
            changed.append(each)
    return order(*changed)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("d", "a", "d a b c"),
        ("d", "c", "a b d c"),
        ("d", "b", "a d b c"),
        ("a", "d", "b c a d"),
        ("b", "b", "a b c d"),
        ("b", None, "a c d b"),
        ("d", None, "a b c d"),
    ],
)
def test_a_run_is_moved_right_before_another(one: str, other: str | None, expected: str) -> None:
    assert moved([run(name, minute) for minute, name in enumerate("abcd")], one, other) == expected


def test_moving_before_an_urgent_run_makes_it_as_urgent() -> None:
    assert moved([run("a", 0), run("b", 1), run("urgent", 2, priority=3)], "b", "urgent") == "b urgent a"


def test_behind_all_means_behind_the_least_urgent_too() -> None:
    assert moved([run("a", 0), run("b", 1), run("idle", 2, priority=-3)], "a", None) == "b idle a"


def test_what_does_not_wait_cannot_be_moved() -> None:
    runs = [run("a", 0), run("training", 1, status="running")]
    for one, other in (("a", "training"), ("training", "a"), ("a", "gone")):
        with pytest.raises(RunError, match="does not wait any more"):
            place_before(runs, one, other)
