"""How long something takes is counted by the clock that nobody can set."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.scheduling import watched as watched_module
from cifar_core.scheduling.watched import Watched
from tests.clock import replace_clock

NOW = 1_800_000_000.0


class Clock:
    """The time of day, and the seconds since the machine was started."""

    def __init__(self) -> None:
        self.day, self.steady = NOW, 50.0

    def pass_by(self, seconds: float) -> None:
        self.day += seconds
        self.steady += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    replace_clock(monkeypatch, watched_module, time=lambda: clock.day, monotonic=lambda: clock.steady)
    return clock


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run that may be trained for an hour and was begun twenty minutes ago."""
    config = TrainingConfig(name="a", model="cnn-2conv", data="drawn")
    begun = datetime.fromtimestamp(NOW - 1200, UTC)
    record = RunRecord(
        id="a", config=config, status="running", created=begun, started=begun, hours_allowed=1.0
    )
    return Run(record, RunPaths(tmp_path), "running", False)


def watched() -> Watched:
    job: Any = None
    return Watched(job, 0)


@pytest.mark.parametrize("hours", [5, -5])
def test_a_clock_that_is_set_neither_takes_nor_gives_a_student_s_hours(
    clock: Clock, run: Run, hours: int
) -> None:
    one = watched()
    assert not one.time_is_up(run)
    clock.day += hours * 3600
    assert not one.time_is_up(run)
    clock.pass_by(2399)
    assert not one.time_is_up(run)
    clock.pass_by(2)
    assert one.time_is_up(run)
    run.paths.stop.touch()
    assert not one.time_is_up(run)  # It has been asked already.


def test_a_stop_is_overdue_after_three_seconds_whatever_the_clock_says(clock: Clock, run: Run) -> None:
    one = watched()
    assert not one.stop_overdue(run.paths.stop)
    run.paths.stop.touch()
    clock.day = run.paths.stop.stat().st_mtime - 7200  # set back two hours since
    assert not one.stop_overdue(run.paths.stop)
    clock.pass_by(3)
    assert one.stop_overdue(run.paths.stop)
