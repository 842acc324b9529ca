"""What a worker says of itself every second."""

from pathlib import Path

from cifar_core.runs.heartbeat import INTERVAL_SECONDS, Heartbeat, HeartbeatWriter


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
