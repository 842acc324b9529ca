from datetime import UTC, datetime

import pytest

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.record import RecordedStatus, RunRecord
from cifar_core.runs.status import START_SECONDS, derive_status

NOW = 1_800_000_000.0
CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn")


def record(status: RecordedStatus, started: float | None = None) -> RunRecord:
    moment = None if started is None else datetime.fromtimestamp(started, UTC)
    created = datetime.fromtimestamp(NOW - 1000, UTC)
    return RunRecord(id="a", config=CONFIG, status=status, created=created, started=moment)


def beat(written: float) -> Heartbeat:
    return Heartbeat(pid=1, process_started=NOW - 500, written=written, next_due=written + 10)


@pytest.mark.parametrize("status", ["queued", "finished", "stopped", "failed"])
def test_every_other_status_is_what_the_record_says(status: RecordedStatus) -> None:
    assert derive_status(record(status), beat(NOW - 900), NOW) == status


def test_a_promised_beat_that_did_not_come_is_a_stall() -> None:
    running = record("running", NOW - 500)
    assert derive_status(running, beat(NOW - 9.9), NOW) == "running"
    assert derive_status(running, beat(NOW - 10.1), NOW) == "stalled"


def test_a_worker_has_some_time_until_its_first_beat() -> None:
    assert derive_status(record("running", NOW - START_SECONDS + 1), None, NOW) == "running"
    assert derive_status(record("running", NOW - START_SECONDS - 1), None, NOW) == "stalled"
    assert derive_status(record("running"), None, NOW) == "stalled"


def test_a_clock_set_back_does_not_keep_a_dead_worker_running() -> None:
    running = record("running", NOW - 500)
    assert derive_status(running, beat(NOW + 2), NOW) == "running"
    assert derive_status(running, beat(NOW + 3600), NOW) == "stalled"
    assert derive_status(record("running", NOW + 3600), None, NOW) == "stalled"
