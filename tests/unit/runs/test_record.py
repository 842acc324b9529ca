from datetime import UTC, datetime
from pathlib import Path

import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat, HeartbeatWriter
from cifar_core.runs.layout import RunPaths, check_run_id, new_run_id
from cifar_core.runs.record import Results, RunRecord
from cifar_core.system.files import write_atomically


def record() -> RunRecord:
    config = TrainingConfig(name="try", model="cnn-2conv", data="drawn")
    return RunRecord(id="r1", config=config, status="queued", created=datetime(2026, 1, 2, tzinfo=UTC))


def test_a_record_is_read_back_as_written(tmp_path: Path) -> None:
    record().write(tmp_path / "run.json")
    assert RunRecord.read(tmp_path / "run.json") == record()


def test_a_torn_record_is_refused_at_every_length_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    record().write(path)
    content = path.read_bytes()
    for length in range(0, len(content) - 2, 7):
        path.write_bytes(content[:length])
        with pytest.raises(RunError, match=r"^run\.json of the run .* cannot be used\."):
            RunRecord.read(path)


def test_a_missing_record_and_one_of_a_newer_program_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no readable run\.json"):
        RunRecord.read(tmp_path / "run.json")
    record().model_copy(update={"schema_version": 99}).write(tmp_path / "run.json")
    with pytest.raises(RunError, match="newer CIFAR Lab"):
        RunRecord.read(tmp_path / "run.json")


def test_an_unknown_field_is_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    record().write(path)
    path.write_text(path.read_text().replace('"id": "r1"', '"id": "r1", "colour": "green"'))
    assert RunRecord.read(path) == record()


@pytest.mark.parametrize("name", ["", "../x", "a/b", "Ä", "A", "-x", "x" * 81, "a\n", "a b"])
def test_names_that_could_leave_the_folder_are_refused(name: str) -> None:
    with pytest.raises(RunError, match="is no run id"):
        check_run_id(name)


def test_ids_are_valid_and_sort_by_time() -> None:
    ids = [new_run_id("cnn-2conv", datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 2)]
    assert ids == sorted(ids)
    assert [check_run_id(run_id) for run_id in ids] == ids


def test_a_failed_write_leaves_the_old_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(b"old")

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["run.json"]
    assert path.read_bytes() == b"old"


def test_the_heartbeat_names_this_process_and_its_progress(tmp_path: Path) -> None:
    paths = RunPaths(tmp_path)
    writer = HeartbeatWriter(paths.heartbeat)
    first = Heartbeat.read(paths.heartbeat)
    writer.close()
    assert first is not None
    assert first.next_due > first.written > first.process_started
    paths.heartbeat.write_bytes(b'{"pid": ')
    assert Heartbeat.read(paths.heartbeat) is None


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_figure_that_is_no_number_makes_the_record_a_damaged_one(tmp_path: Path, value: str) -> None:
    path = tmp_path / "run.json"
    results = Results(validation_accuracy=0.25, validation_loss=1.5, test_accuracy=0.75)
    record().model_copy(update={"results": results}).write(path)
    path.write_text(path.read_text().replace("0.75", value))
    with pytest.raises(RunError, match=r"results\.test_accuracy: must be a finite number"):
        RunRecord.read(path)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "null"])
def test_a_time_left_that_is_no_number_is_not_known(tmp_path: Path, value: str) -> None:
    path = tmp_path / "heartbeat.json"
    path.write_text(
        f'{{"pid": 1, "process_started": 1, "written": 2, "next_due": 3, "seconds_left": {value}}}'
    )
    beat = Heartbeat.read(path)
    assert beat is not None
    assert beat.seconds_left is None
