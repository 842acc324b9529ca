"""Looking at a run every second reads what is new, and gives what reading all of it gives."""

import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs import recent
from cifar_core.runs.attempts import continues_after, tell_attempts, working_seconds
from cifar_core.runs.follow import MetricsFollower, follow_metrics
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.log import log_tail
from cifar_core.runs.metrics import EpochMetrics, Metrics, Tick, append_metrics, line_of, read_metrics
from cifar_core.runs.record import Attempt, RunRecord
from cifar_core.runs.store import RunStore
from tests.clock import replace_clock

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def epoch(number: int, accuracy: float = 0.5) -> EpochMetrics:
    entropies = (1.8 / number, 1.9 / number, 0.2)
    return EpochMetrics(number, 2.0 / number, accuracy, 2.1 / number, 0.4, 1e-3, 1000.0, 2.0, *entropies)


def tick(number: int) -> Tick:
    return Tick(number, 5, 60, 1.5, 0.3, 900.0, 1.4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics.jsonl"


def test_it_follows_a_file_that_grows(path: Path) -> None:
    follower = MetricsFollower(path)
    assert follower.read() == Metrics()
    for line in (epoch(1), tick(2), epoch(2), tick(3)):
        append_metrics(path, line)
        assert follower.read() == read_metrics(path)
    assert [one.epoch for one in follower.read().epochs] == [1, 2]
    assert follower.read().tick == tick(3)
    assert follower.read() is follower.read()


def test_only_what_is_new_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 201):
        append_metrics(path, epoch(number))
    follower = MetricsFollower(path)
    follower.read()
    parsed: list[str] = []
    loads = json.loads
    monkeypatch.setattr(json, "loads", lambda text: parsed.append(text) or loads(text))
    append_metrics(path, tick(201))
    assert follower.read().tick == tick(201)
    assert len([line for line in parsed if line]) == 1


def test_an_epoch_that_comes_again_replaces_the_first(path: Path) -> None:
    follower = MetricsFollower(path)
    for line in (epoch(1), epoch(2), epoch(3)):
        append_metrics(path, line)
    follower.read()
    append_metrics(path, epoch(2, accuracy=0.9))
    assert [line.accuracy for line in follower.read().epochs] == [0.5, 0.9, 0.5]


def test_a_torn_line_is_whole_later(path: Path) -> None:
    follower = MetricsFollower(path)
    append_metrics(path, epoch(1))
    line = line_of(epoch(2))
    with path.open("ab") as file:
        file.write(line[:40])
        file.flush()
        assert len(follower.read().epochs) == 1
        file.write(line[40:-1])
        file.flush()
        assert len(follower.read().epochs) == 2  # Whole but for its end.
        file.write(line[-1:])
    assert follower.read() == read_metrics(path)


def test_a_torn_line_is_passed_over_by_the_next_writer(path: Path) -> None:
    follower = MetricsFollower(path)
    append_metrics(path, epoch(1))
    with path.open("ab") as file:
        file.write(b'{"kind": "epoch", "epo')
    follower.read()
    append_metrics(path, epoch(2))
    assert follower.read() == read_metrics(path)
    assert len(follower.read().epochs) == 2


@pytest.mark.parametrize("how", ["shorter", "longer", "replaced", "gone"])
def test_another_file_is_read_anew(path: Path, how: str, tmp_path: Path) -> None:
    follower = MetricsFollower(path)
    for number in (1, 2, 3):
        append_metrics(path, epoch(number))
    assert len(follower.read().epochs) == 3
    other = tmp_path / "other"
    for number in range(5, 6 if how == "shorter" else 12):
        append_metrics(other, epoch(number))
    if how == "gone":
        path.unlink()
    elif how == "replaced":
        other.replace(path)
    else:
        path.write_bytes(other.read_bytes())  # The same inode with other content.
    assert follower.read() == read_metrics(path)
    assert not follower.read().epochs or follower.read().epochs[0].epoch == 5


def test_however_the_file_is_written_both_ways_of_reading_agree(path: Path) -> None:
    chance = random.Random(0)
    lines = b"".join(line_of(line) for number in range(1, 40) for line in (tick(number), epoch(number)))
    follower = MetricsFollower(path)
    while lines:
        size = chance.randrange(1, 400)
        with path.open("ab") as file:
            file.write(lines[:size])
        lines = lines[size:]
        assert follower.read() == read_metrics(path)
        if chance.random() < 0.1:
            os.truncate(path, max(0, path.stat().st_size - 30))
            assert follower.read() == read_metrics(path)


def test_one_follower_for_all_who_look_at_a_file(path: Path) -> None:
    append_metrics(path, epoch(1))
    assert follow_metrics(path) is follow_metrics(path)


def test_the_log_is_read_again_when_it_has_grown(tmp_path: Path) -> None:
    run = RunStore(tmp_path).create(CONFIG)
    assert log_tail(run) == ()
    run.paths.log.write_text("one\n")
    assert log_tail(run) is log_tail(run)
    with run.paths.log.open("a") as file:
        file.write("two\n")
    assert log_tail(run) == ("one", "two")


def test_who_looks_within_half_a_second_shares_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    replace_clock(monkeypatch, recent, monotonic=lambda: now[0])
    store = RunStore(tmp_path)
    first = store.create(CONFIG)
    assert [run.id for run in recent.recent_runs(store)] == [first.id]
    store.create(CONFIG)
    now[0] += 0.4
    assert len(recent.recent_runs(RunStore(tmp_path))) == 1
    now[0] += 0.2
    assert len(recent.recent_runs(RunStore(tmp_path))) == 2


def record(*attempts: Attempt, **values: object) -> RunRecord:
    return RunRecord(id="a", config=CONFIG, status="running", created=NOON, attempts=attempts).model_copy(
        update=values
    )


def attempt(seconds: float, status: str = "stopped", after: int | None = None) -> Attempt:
    ended = NOON + timedelta(seconds=seconds)
    return Attempt.model_validate(
        {"started": NOON, "ended": ended, "status": status, "continued_after": after}
    )


def test_all_attempts_count_as_work() -> None:
    now = NOON.timestamp() + 1000
    assert working_seconds(record(), now) == 0
    begun = NOON + timedelta(seconds=900)
    assert working_seconds(record(attempt(60), attempt(30), started=begun), now) == 190
    over = NOON + timedelta(seconds=920)
    assert working_seconds(record(attempt(60), started=begun, ended=over), now) == 80
    back = Attempt(started=NOON, ended=NOON - timedelta(hours=1), status="failed")
    assert working_seconds(record(back, attempt(60)), now) == 60


def test_attempts_are_told_in_a_line() -> None:
    assert tell_attempts(record()) is None
    assert tell_attempts(record(attempt(1))) == "Resumed once: stopped."
    assert tell_attempts(record(attempt(1, after=3), attempt(1, "failed", after=7))) == (
        "Resumed twice: stopped after epoch 3, failed after epoch 7."
    )
    assert tell_attempts(record(attempt(1, "failed", after=0))) == (
        "Resumed once: failed before the first epoch was done."
    )
    many = tell_attempts(record(*(attempt(1, after=number) for number in range(1, 9))))
    assert many is not None
    assert many.startswith("Resumed 8 times: … stopped after epoch 4, stopped")


def test_where_a_resumed_run_goes_on(tmp_path: Path) -> None:
    paths = RunPaths(tmp_path)
    assert continues_after(paths) == 0
    paths.checkpoint.mkdir()
    for name in ("epoch-0009.npz", "epoch-0010.npz", ".epoch-0011.npz.7.part"):
        (paths.checkpoint / name).touch()
    assert continues_after(paths) == 10
