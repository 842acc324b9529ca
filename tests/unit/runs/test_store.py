import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.disk_usage import bytes_by_owner
from cifar_core.runs.heartbeat import write_first_heartbeat
from cifar_core.runs.locks import claim
from cifar_core.runs.log import log_tail
from cifar_core.runs.record import RecordedStatus, RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from tests.costs import is_little
from tests.hostile_runs import NAMES

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2)


def set_status(run: Run, status: RecordedStatus) -> None:
    assert run.record is not None
    run.record.model_copy(update={"status": status}).write(run.paths.record)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs", tmp_path / "trained")


def shipped_run(store: RunStore) -> Run:
    assert store.trained_dir is not None
    run = RunStore(store.trained_dir).create(CONFIG)
    set_status(run, "finished")
    return run


def test_folders_that_do_not_exist_hold_no_runs(store: RunStore) -> None:
    assert store.list() == ()


def test_a_new_run_is_queued_and_holds_what_was_asked(store: RunStore) -> None:
    run = store.create(CONFIG)
    assert run.status == "queued"
    assert run.active
    assert run.record is not None
    assert run.record.config == CONFIG
    assert run.record.id == run.id
    assert not run.has_model
    assert not run.has_predictions
    assert [entry.name for entry in store.runs_dir.iterdir()] == [run.id]
    assert store.get(run.id) == run


def test_own_runs_come_first_then_shipped_ones_newest_first(store: RunStore) -> None:
    shipped = shipped_run(store)
    own = [store.create(CONFIG).id for _ in range(3)]
    listed = store.list()
    assert [run.id for run in listed] == [*reversed(own), shipped.id]
    assert [run.shipped for run in listed] == [False, False, False, True]


def test_an_own_copy_of_a_shipped_run_is_listed_once(store: RunStore) -> None:
    shipped = shipped_run(store)
    shutil.copytree(shipped.paths.folder, store.runs_dir / shipped.id)
    assert [(run.id, run.shipped) for run in store.list()] == [(shipped.id, False)]
    assert store.get(shipped.id) == store.list()[0]


def test_a_list_of_500_runs_is_read_again_in_milliseconds(store: RunStore) -> None:
    for _ in range(500):
        set_status(store.create(CONFIG), "finished")
    store.list()
    seconds = []
    for _ in range(5):
        before = time.perf_counter()
        assert len(store.list()) == 500
        seconds.append(time.perf_counter() - before)
    # Measured at 6 ms on one busy core; the bound leaves room for a slow machine, not for reading the files.
    assert is_little(min(seconds), 0.05, time.perf_counter)


def test_a_changed_record_is_seen_at_once(store: RunStore) -> None:
    run = store.create(CONFIG)
    assert store.list()[0].status == "queued"
    for status in ("finished", "stopped", "failed"):
        set_status(run, status)
        assert store.list()[0].status == status


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no readable run.json"),
        ('{"id": "x", "con', "cannot be used"),
        ('{"id": "x"}', "config: is missing"),
        ('"text"', "cannot be used"),
    ],
)
def test_a_damaged_folder_is_listed_with_the_problem(
    store: RunStore, content: str | None, words: str
) -> None:
    folder = store.runs_dir / "damaged"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "run.json").write_text(content)
    (run,) = store.list()
    assert run.status == "failed"
    assert run.record is None
    assert run.problem is not None
    assert words in run.problem.lower()
    store.delete(run.id)
    assert store.list() == ()


def test_a_run_knows_its_name_and_how_often_it_was_resumed(store: RunStore) -> None:
    run = store.create(CONFIG, run_id="one")
    assert (run.name, run.earlier_attempts) == ("a run", 0)
    store.request_stop("one")
    assert store.resume("one").earlier_attempts == 1
    run.paths.record.write_text("{")
    damaged = store.get("one")
    assert (damaged.name, damaged.earlier_attempts) == ("one", 0)


def test_a_record_of_a_newer_format_asks_for_an_update(store: RunStore) -> None:
    run = store.create(CONFIG)
    assert run.record is not None
    run.record.model_copy(update={"schema_version": 99}).write(run.paths.record)
    assert "Update CIFAR Lab" in (store.get(run.id).problem or "")


def test_hidden_folders_and_files_are_no_runs(store: RunStore) -> None:
    store.runs_dir.mkdir()
    (store.runs_dir / ".deleted-x").mkdir()
    (store.runs_dir / "notes.txt").write_text("mine")
    assert store.list() == ()


@pytest.mark.parametrize("run_id", ["../secret", "a/b", "", ".supervisor", "A", "x" * 81, "naïve"])
def test_an_id_cannot_leave_the_runs_folder(store: RunStore, run_id: str) -> None:
    with pytest.raises(RunError, match="is no run id"):
        store.get(run_id)
    with pytest.raises(RunError, match="is no run id"):
        store.delete(run_id)


def test_an_unknown_run_is_a_sentence(store: RunStore) -> None:
    with pytest.raises(RunError, match="There is no run “nothing”"):
        store.get("nothing")


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        RunStore(tmp_path / "file").create(CONFIG)


def test_stopping_a_queued_run_ends_it_at_once(store: RunStore) -> None:
    run = store.create(CONFIG)
    store.request_stop(run.id)
    stopped = store.get(run.id)
    assert stopped.status == "stopped"
    assert stopped.paths.stop.exists()
    with pytest.raises(RunError, match="is stopped already"):
        store.request_stop(run.id)


def test_stopping_a_running_run_leaves_the_record_to_its_worker(store: RunStore) -> None:
    run = store.create(CONFIG)
    set_status(run, "running")
    store.request_stop(run.id)
    assert run.paths.stop.exists()
    assert RunRecord.read(run.paths.record).status == "running"


def test_shipped_runs_are_never_touched(store: RunStore) -> None:
    run = shipped_run(store)
    with pytest.raises(RunError, match="ships with CIFAR Lab"):
        store.request_stop(run.id)
    with pytest.raises(RunError, match="ships with CIFAR Lab"):
        store.delete(run.id)


def test_deleting_removes_the_whole_folder(store: RunStore) -> None:
    run = store.create(CONFIG)
    run.paths.log.write_text("hello")
    store.delete(run.id)
    assert list(store.runs_dir.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="makes links")
def test_a_link_to_a_folder_is_a_run_of_which_only_the_link_is_deleted(
    store: RunStore, tmp_path: Path
) -> None:
    kept = RunStore(tmp_path / "elsewhere").create(CONFIG, run_id="kept")
    set_status(kept, "finished")
    store.runs_dir.mkdir()
    (store.runs_dir / "linked").symlink_to(kept.paths.folder)
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "file").write_text("mine")
    (store.runs_dir / "everything").symlink_to(tmp_path / "disk")
    (store.runs_dir / "loop").symlink_to("loop")
    linked, everything = (store.get(run_id) for run_id in ("linked", "everything"))
    assert {run.id for run in store.list()} == {"linked", "everything"}
    assert linked.status == "finished"
    assert "no readable run.json" in (everything.problem or "")
    assert bytes_by_owner(store.list()).total() == 0  # the disk is not walked through
    store.delete("linked")
    store.delete("everything")
    assert [entry.name for entry in store.runs_dir.iterdir()] == ["loop"]
    assert kept.paths.record.is_file()
    assert (tmp_path / "disk" / "file").read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_folders_that_are_no_runs_are_listed_by_names_that_can_be_shown(store: RunStore) -> None:
    for name in NAMES:
        (store.runs_dir / name).mkdir(parents=True)
    listed = store.list()
    assert len(listed) == len(NAMES)
    for run in listed:
        assert run.status == "failed"
        text = f"{run.id}: {run.problem}"
        assert text.encode().decode() == text
        assert text.isprintable()
        assert "is no run id" in text
    assert "no text �" in {run.id for run in listed}


def test_a_running_run_is_stopped_before_it_is_deleted(store: RunStore) -> None:
    run = store.create(CONFIG, foreground=True)
    with pytest.raises(RunError, match="Stop it first"):
        store.delete(run.id)


def test_a_run_whose_worker_is_dead_can_be_deleted(store: RunStore) -> None:
    run = store.create(CONFIG)
    ended = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    write_first_heartbeat(run.paths.heartbeat, psutil.Process(ended.pid))
    ended.communicate(b"\n")
    store.delete(run.id)
    assert store.list() == ()


def test_the_log_ends_with_what_a_terminal_would_show(store: RunStore) -> None:
    run = store.create(CONFIG)
    assert log_tail(run) == ()
    run.paths.log.write_bytes(b"first\nstep 1\rstep 2\rstep 3\r\n\nbad \xff byte\n")
    assert log_tail(run) == ("first", "step 3", "bad \ufffd byte")
    assert log_tail(run, 1) == ("bad \ufffd byte",)
    run.paths.log.write_text("x" * 200_000 + "\nlast\n")
    assert log_tail(run, 1) == ("last",)
    run.paths.log.write_text(
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
        "I0000 00:00:17.1 7 port.cc:153] oneDNN custom operations are on.\n"
        "E0000 00:00:17.2 7 cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (303)\n"
        "E0000 00:00:17.3 7 allocator.cc:1] out of memory\n"
    )
    assert log_tail(run) == ("E0000 00:00:17.3 7 allocator.cc:1] out of memory",)


def test_a_resumed_run_loses_what_a_killed_worker_left_half_written(store: RunStore) -> None:
    run = store.create(CONFIG)
    set_status(run, "failed")
    run.paths.checkpoint.mkdir()
    kept = [run.paths.model, run.paths.log, run.paths.checkpoint / "epoch-0001.npz"]
    names = (".run.json.7.ab.part", ".heartbeat.json.7.cd.part", ".part-7.keras", ".predictions.npz.x1")
    left = [run.paths.folder / name for name in names]
    for path in kept + left:
        path.touch()
    store.resume(run.id)
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in left)


def test_a_run_that_is_just_ending_is_resumed_when_its_worker_lets_go(store: RunStore) -> None:
    run = store.create(CONFIG)
    set_status(run, "stopped")
    claimed, asked = threading.Event(), threading.Event()

    def worker() -> None:
        held = claim(run.paths)
        claimed.set()
        asked.wait(0.3)  # nobody sets it
        run.paths.heartbeat.touch()  # the last one: it would make the queued run look as if it had a worker
        held.release()

    thread = threading.Thread(target=worker)
    thread.start()
    claimed.wait()
    assert store.resume(run.id).status == "queued"
    thread.join()
    assert not run.paths.heartbeat.exists()


def test_a_run_whose_worker_does_not_let_go_is_not_resumed(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cifar_core.runs.store._ENDING_SECONDS", 0.1)
    run = store.create(CONFIG)
    set_status(run, "failed")
    held = claim(run.paths)
    with pytest.raises(RunError, match="just ending"):
        store.resume(run.id)
    held.release()
    assert store.resume(run.id).status == "queued"
