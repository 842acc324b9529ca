"""What a worker says of itself every second."""

from pathlib import Path

import pytest

from cifar_core.runs import heartbeat
from cifar_core.runs.heartbeat import INTERVAL_SECONDS, Heartbeat, HeartbeatWriter
from tests.clock import replace_clock


def test_beats_are_counted_until_a_step_ends(tmp_path: Path) -> None:
    writer = HeartbeatWriter(tmp_path / "heartbeat.json")
    writer.close()  # From here on the test gives the beats.

    def still() -> float:
        beat = Heartbeat.read(tmp_path / "heartbeat.json")
        assert beat is not None
        return beat.still_seconds

    writer.progress(stage="training", epoch=1)
    for _ in range(3):
        writer.beat()
    assert still() == 3 * INTERVAL_SECONDS
    writer.step()
    writer.beat()
    assert still() == INTERVAL_SECONDS
    writer.progress(stage="testing")
    for _ in range(2):
        writer.beat()
    assert still() == 2 * INTERVAL_SECONDS


def test_a_beat_of_an_older_version_stands_nowhere_still(tmp_path: Path) -> None:
    file = tmp_path / "heartbeat.json"
    file.write_text('{"pid": 1, "process_started": 1.0, "written": 1.0, "next_due": 2.0, "epoch": 3}')
    beat = Heartbeat.read(file)
    assert beat is not None
    assert beat.still_seconds == 0.0


def test_the_time_that_is_left_is_counted_down_between_two_estimates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    replace_clock(monkeypatch, heartbeat, monotonic=lambda: clock[0])
    writer = HeartbeatWriter(tmp_path / "heartbeat.json")

    def told() -> float | None:
        writer.beat()
        beat = Heartbeat.read(tmp_path / "heartbeat.json")
        assert beat is not None
        return beat.seconds_left

    try:
        assert told() is None
        writer.progress(stage="training", seconds_left=6.0)
        assert told() == 6.0
        clock[0] += 4.5
        assert told() == 1.5
        writer.progress(step=3)  # says nothing of the time
        assert told() == 1.5
        clock[0] += 10
        assert told() == 0.0
        writer.progress(seconds_left=20.0)
        assert told() == 20.0
        writer.progress(seconds_left=None)
        assert told() is None
    finally:
        writer.close()
