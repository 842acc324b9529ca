"""The supervisor with small processes in place of trainings: what they do is told by the name of the run."""

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from cifar_core.hardware.devices import Device
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.metrics import EpochMetrics, append_metrics
from cifar_core.runs.processes import find_worker, kill_with_children
from cifar_core.runs.record import Attempt
from cifar_core.runs.status import Status
from cifar_core.runs.store import RunStore
from cifar_core.scheduling import watched
from cifar_core.scheduling.local import LocalExecutor, LocalJob
from cifar_core.scheduling.supervisor import Supervisor, ensure_supervisor
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system.files import delete_folder
from tests.clock import replace_clock
from tests.costs import is_little
from tests.waiting import wait_until

# What a worker writes, without the packages that a real one is made of: there are dozens of these.
FAKE_WORKER = """
import json, os, signal, sys, time
from pathlib import Path
from cifar_core.system.files import write_atomically

folder = Path(sys.argv[1])
record = json.loads((folder / "run.json").read_text(encoding="utf-8"))

def say(status):
    write_atomically(folder / "run.json", json.dumps(record | {"status": status}).encode())

print("device", os.environ["CIFAR_LAB_DEVICE"], "visible", repr(os.environ["CUDA_VISIBLE_DEVICES"]))
name = record["config"]["name"]
if name == "exit 3":
    sys.exit(3)
if name == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if name != "never says a word":
    say("running")
if name == "until told":
    while not (folder / "go").exists():
        time.sleep(0.01)
if name in ("deaf", "never says a word"):
    time.sleep(600)
while name == "obedient" and not (folder / "stop").exists():
    time.sleep(0.01)
say("stopped" if name == "obedient" else "finished")
"""

CPU = Device("cpu", "a processor")
GPUS = (Device("gpu:0", "a GPU", "GPU-aa"), Device("gpu:1", "a GPU", "GPU-bb"), CPU)


@pytest.fixture
def worker(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "fake_worker.py"
    script.write_text(f"import sys; sys.path.insert(0, {str(PROJECT_ROOT)!r})\n{FAKE_WORKER}")
    return (sys.executable, str(script))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(tmp_path / "runs")
    store.runs_dir.mkdir()
    yield store
    for run in store.list():
        heartbeat = Heartbeat.read(run.paths.heartbeat)
        process = find_worker(heartbeat)
        if process is not None:
            kill_with_children(process.pid)


Supervise = Callable[..., Supervisor]


@pytest.fixture
def supervise(store: RunStore, worker: tuple[str, ...]) -> Iterator[Supervise]:
    """Make supervisors within this process; in the end, what they started is ended and collected."""
    made: list[Supervisor] = []

    def make(devices: Sequence[Device] = (CPU,), command: Sequence[str] = worker) -> Supervisor:
        made.append(Supervisor(store.runs_dir, LocalExecutor(command, devices)))
        return made[-1]

    yield make
    for supervisor in made:
        for one in supervisor._watched.values():
            if isinstance(one.job, LocalJob) and one.job.child is not None:
                one.job.child.kill()
                one.job.child.wait()


def queue(store: RunStore, name: str, device: str = "auto") -> str:
    return store.create(TrainingConfig(name=name, model="cnn-2conv", data="drawn", device=device)).id


def look_until(supervisor: Supervisor, store: RunStore, run_id: str, status: Status) -> None:
    def reached() -> bool:
        supervisor.look()
        return store.get(run_id).status == status

    wait_until(reached)


def status_of(store: RunStore, run_id: str) -> str:
    return store.get(run_id).status


def worker_of(store: RunStore, run_id: str) -> psutil.Process:
    process = find_worker(Heartbeat.read(store.get(run_id).paths.heartbeat))
    assert process is not None
    return process


def test_runs_are_trained_one_at_a_time_oldest_first(store: RunStore, supervise: Supervise) -> None:
    supervisor = supervise()
    first, second = queue(store, "until told"), queue(store, "finishes")
    look_until(supervisor, store, first, "running")
    supervisor.look()
    assert status_of(store, second) == "queued"
    assert not store.get(second).paths.log.exists()
    (store.get(first).paths.folder / "go").touch()
    look_until(supervisor, store, second, "finished")
    assert status_of(store, first) == "finished"
    wait_until(lambda: not supervisor.look())


@pytest.mark.skipif(sys.platform == "win32", reason="makes a pipe")
def test_a_run_whose_log_is_a_pipe_or_leads_elsewhere_holds_up_no_other(
    store: RunStore, supervise: Supervise, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    pipe, link, dangling, good = (queue(store, "finishes") for _ in range(4))
    os.mkfifo(store.get(pipe).paths.log)
    store.get(link).paths.log.symlink_to(mine)
    store.get(dangling).paths.log.symlink_to(tmp_path / "new.txt")
    supervisor = supervise()
    look_until(supervisor, store, good, "finished")
    for run_id, words in ((pipe, "it is no file"), (link, "a link to a file outside"), (dangling, "")):
        run = store.get(run_id)
        assert run.status == "failed"
        assert run.record is not None
        assert "could not be started" in (run.record.error or "")
        assert words in (run.record.error or "")
    assert mine.read_text() == "mine"
    assert not (tmp_path / "new.txt").exists()


def test_a_run_that_says_it_is_trained_and_is_not_ends_whatever_its_metrics_say(
    store: RunStore, supervise: Supervise
) -> None:
    run = store.get(queue(store, "finishes"))
    assert run.record is not None
    run.record.model_copy(update={"status": "running", "started": datetime(2026, 1, 1, tzinfo=UTC)}).write(
        run.paths.record
    )
    append_metrics(run.paths.metrics, EpochMetrics(1, 1e37, 1.0000001, 1e37, 1.0000001, None, 1e12, 1e7))
    beat = Heartbeat(pid=2**31 - 1, process_started=1e9, written=1e9, next_due=1e9 + 5)
    run.paths.heartbeat.write_text(beat.model_dump_json())
    run.paths.stop.touch()
    look_until(supervise(), store, run.id, "stopped")
    record = store.get(run.id).record
    assert record is not None
    assert record.results is not None
    assert record.results.validation_accuracy == 1.0


def test_each_gpu_takes_a_run_and_shows_no_other(store: RunStore, supervise: Supervise) -> None:
    supervisor = supervise(GPUS)
    runs = [queue(store, "until told", device) for device in ("gpu:1", "auto", "auto", "cpu")]
    for run_id in (runs[0], runs[1], runs[3]):
        look_until(supervisor, store, run_id, "running")
    assert status_of(store, runs[2]) == "queued"
    logs = [store.get(run_id).paths.log.read_text() for run_id in (runs[0], runs[1], runs[3])]
    assert logs == [
        "device gpu:1 visible 'GPU-bb'\n",
        "device gpu:0 visible 'GPU-aa'\n",
        "device cpu visible ''\n",
    ]
    (store.get(runs[0]).paths.folder / "go").touch()
    look_until(supervisor, store, runs[2], "running")


def test_a_device_that_is_not_there_is_a_sentence(store: RunStore, supervise: Supervise) -> None:
    supervisor = supervise()
    run_id = queue(store, "finishes", "gpu:3")
    supervisor.look()
    run = store.get(run_id)
    assert run.record is not None
    assert run.record.error == "This machine has no device “gpu:3”. Choose one of: cpu."


@pytest.mark.parametrize(
    ("name", "words"),
    [("exit 3", "exit code 3"), pytest.param("killed", "signal SIGKILL", marks=pytest.mark.posix)],
)
def test_a_worker_that_dies_without_a_word_has_failed(
    store: RunStore, supervise: Supervise, name: str, words: str
) -> None:
    supervisor = supervise()
    run_id = queue(store, name)
    look_until(supervisor, store, run_id, "failed")
    record = store.get(run_id).record
    assert record is not None
    assert record.error is not None
    assert words in record.error
    assert "see the log" in record.error
    assert record.ended is not None


def test_a_worker_that_cannot_be_started_has_failed(store: RunStore, supervise: Supervise) -> None:
    supervisor = supervise(command=["/no/such/program"])
    run_id = queue(store, "finishes")
    supervisor.look()
    record = store.get(run_id).record
    assert record is not None
    assert record.error == "The training process could not be started (No such file or directory)."


def test_an_obedient_worker_stops_by_itself(store: RunStore, supervise: Supervise) -> None:
    supervisor = supervise()
    run_id = queue(store, "obedient")
    look_until(supervisor, store, run_id, "running")
    store.request_stop(run_id)
    look_until(supervisor, store, run_id, "stopped")


@pytest.mark.parametrize(
    ("hours", "earlier", "stopped"), [(1.0, 50, True), (1.0, 30, False), (None, 9999, False)]
)
def test_a_run_whose_hours_are_used_up_is_stopped_and_keeps_its_log(
    store: RunStore, supervise: Supervise, hours: float | None, earlier: int, stopped: bool
) -> None:
    """Half of the time was spent in an earlier attempt: 20 minutes of this one, and ``earlier`` before."""
    supervisor = supervise()
    run_id = queue(store, "obedient")
    now = datetime.now(UTC)
    before = Attempt(
        started=now - timedelta(days=2, minutes=earlier), ended=now - timedelta(days=2), status="stopped"
    )
    record = store.get(run_id).record
    assert record is not None
    record.model_copy(update={"hours_allowed": hours, "attempts": (before,)}).write(
        store.get(run_id).paths.record
    )
    look_until(supervisor, store, run_id, "running")
    record = store.get(run_id).record
    assert record is not None
    assert not store.get(run_id).paths.stop.exists()
    record.model_copy(update={"started": now - timedelta(minutes=20)}).write(store.get(run_id).paths.record)
    if stopped:
        look_until(supervisor, store, run_id, "stopped")
    else:
        supervisor.look()
        assert not store.get(run_id).paths.stop.exists()


@pytest.mark.parametrize("name", ["deaf", "never says a word"])
def test_a_deaf_worker_is_stopped_within_three_seconds(
    store: RunStore, worker: tuple[str, ...], name: str
) -> None:
    run_id = queue(store, name)
    ensure_supervisor(store.runs_dir, ["--idle-seconds", "0.5", "--worker", *worker])
    run = store.get(run_id)
    wait_until(lambda: "device" in (run.paths.log.read_text() if run.paths.log.exists() else ""))
    for epoch, loss in ((1, 0.9), (2, 0.5), (3, 0.7)):
        append_metrics(run.paths.metrics, EpochMetrics(epoch, 1.0, 0.6, loss, 1 - loss, 1e-3, 100.0, 2.0))
    process = worker_of(store, run_id)
    store.request_stop(run_id)
    asked = time.monotonic()
    wait_until(lambda: status_of(store, run_id) == "stopped", 10)
    assert is_little(time.monotonic() - asked, 3.0, time.perf_counter)
    assert not process.is_running()
    record = store.get(run_id).record
    assert record is not None
    assert record.results is not None
    assert (record.results.epochs, record.results.best_epoch) == (3, 2)
    assert record.results.validation_accuracy == 0.5
    assert record.results.training_seconds == 6.0
    assert record.results.test_accuracy is None


@pytest.mark.parametrize(
    ("epoch", "still", "ended"),
    [(1, 1799.0, False), (1, 1800.0, True), (40, 1801.0, True), (0, 90_000.0, False)],
)
def test_a_worker_whose_heart_beats_but_which_makes_no_step_is_ended(
    store: RunStore, supervise: Supervise, epoch: int, still: float, ended: bool
) -> None:
    """Half an hour, from the first epoch on: opening a large data set before may take longer."""
    supervisor = supervise()
    run_id = queue(store, "deaf")
    look_until(supervisor, store, run_id, "running")
    paths = store.get(run_id).paths
    beat = Heartbeat.read(paths.heartbeat)
    assert beat is not None
    moment = {"written": time.time(), "next_due": time.time() + 60}
    beat = beat.model_copy(update={"epoch": epoch, "still_seconds": still, **moment})
    paths.heartbeat.write_text(beat.model_dump_json())
    supervisor.look()
    if not ended:
        assert status_of(store, run_id) == "running"
        return
    look_until(supervisor, store, run_id, "failed")
    record = store.get(run_id).record
    assert record is not None
    assert record.error == (
        "The training process made no step for 30 minutes and was ended, so that others can train. Resume the run to "
        "go on after its last checkpoint."
    )
    assert find_worker(beat) is None


def test_a_worker_that_is_silent_is_ended_after_five_minutes(
    store: RunStore, supervise: Supervise, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = supervise()
    run_id = queue(store, "deaf")
    look_until(supervisor, store, run_id, "running")
    paths = store.get(run_id).paths
    beat = Heartbeat.read(paths.heartbeat)
    assert beat is not None
    paths.heartbeat.write_text(beat.model_copy(update={"next_due": time.time() - 1}).model_dump_json())
    now = [1000.0]
    replace_clock(monkeypatch, watched, monotonic=lambda: now[0])
    for now[0] in (1000.0, 1299.0):
        supervisor.look()
        assert status_of(store, run_id) == "stalled"
    now[0] = 1301.0
    supervisor.look()
    monkeypatch.undo()
    look_until(supervisor, store, run_id, "failed")
    record = store.get(run_id).record
    assert record is not None
    assert "no sign of life for 300 seconds" in (record.error or "")


def test_a_stop_that_nobody_saw_ends_a_run_without_worker(store: RunStore, supervise: Supervise) -> None:
    run_id = queue(store, "finishes")
    store.get(run_id).paths.stop.touch()
    supervise().look()
    assert status_of(store, run_id) == "stopped"


def test_a_new_supervisor_takes_over_the_workers_of_a_dead_one(store: RunStore, supervise: Supervise) -> None:
    first, second = queue(store, "until told"), queue(store, "finishes")
    look_until(supervise(), store, first, "running")
    process = worker_of(store, first)

    successor = supervise()
    successor.look()
    assert status_of(store, second) == "queued"  # The device is taken, and by the same process as before.
    assert process.is_running()
    (store.get(first).paths.folder / "go").touch()
    look_until(successor, store, second, "finished")
    assert status_of(store, first) == "finished"


def test_a_worker_of_whom_no_word_was_left_is_found(store: RunStore, supervise: Supervise) -> None:
    run_id = queue(store, "never says a word")
    paths = store.get(run_id).paths
    program = (
        "import sys; from pathlib import Path; from cifar_core.runs.layout import RunPaths; "
        "from cifar_core.runs.locks import claim; held = claim(RunPaths(Path(sys.argv[1]))); print(1); input()"
    )
    command = (sys.executable, "-c", program)
    environment = {
        **os.environ,
        "CIFAR_LAB_DEVICE": "cpu",
        "PYTHONPATH": str(PROJECT_ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([*command, str(paths.folder)], env=environment, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"1\n"
        supervisor = supervise(command=command)
        supervisor.look()
        assert [one.job.where for one in supervisor._watched.values()] == [f"process {process.pid} on cpu"]
        assert not paths.log.exists()
        process.kill()


def test_the_next_attempt_waits_for_a_worker_that_just_ends(
    store: RunStore, worker: tuple[str, ...], supervise: Supervise
) -> None:
    run_id = queue(store, "never says a word")  # It claims nothing, as one that has let go.
    folder = store.get(run_id).paths.folder
    command = [*worker, str(folder)]
    supervisor = supervise()
    with subprocess.Popen(
        command,
        env={**os.environ, "CIFAR_LAB_DEVICE": "cpu", "CUDA_VISIBLE_DEVICES": ""},
        stdout=subprocess.DEVNULL,
    ) as process:
        wait_until(lambda: psutil.Process(process.pid).cmdline() == command)
        supervisor.look()
        assert not (folder / "worker.log").exists()
        assert not supervisor._watched
        process.kill()
    supervisor.look()
    assert run_id in supervisor._watched


def test_a_run_whose_worker_is_gone_after_a_restart_has_failed(
    store: RunStore, worker: tuple[str, ...], supervise: Supervise
) -> None:
    run_id = queue(store, "deaf")
    look_until(supervise(), store, run_id, "running")
    process = worker_of(store, run_id)
    kill_with_children(process.pid)
    wait_until(lambda: find_worker(Heartbeat.read(store.get(run_id).paths.heartbeat)) is None)
    supervise().look()
    record = store.get(run_id).record
    assert record is not None
    assert record.status == "failed"
    assert "left no word" in (record.error or "")


def test_a_run_resumed_before_its_end_was_noticed_is_started_again(
    store: RunStore, supervise: Supervise
) -> None:
    supervisor = supervise()
    run_id = queue(store, "deaf")
    look_until(supervisor, store, run_id, "running")
    run = store.get(run_id)
    assert run.record is not None
    kill_with_children(worker_of(store, run_id).pid)
    wait_until(lambda: find_worker(Heartbeat.read(run.paths.heartbeat)) is None)
    # As a worker does that ends in good order.
    run.record.model_copy(update={"status": "failed", "error": "mine"}).write(run.paths.record)
    store.resume(run_id)
    supervisor.look()
    look_until(supervisor, store, run_id, "running")
    record = store.get(run_id).record
    assert record is not None
    assert [attempt.error for attempt in record.attempts] == ["mine"]
    assert run.paths.log.read_text().count("device") == 2


def test_how_a_worker_ended_is_written_once_there_is_room(
    store: RunStore, supervise: Supervise, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = supervise()
    run_id, waiting = queue(store, "exit 3"), queue(store, "finishes")

    def no_room(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("cifar_core.runs.record.write_atomically", no_room)
        patch.setattr("cifar_core.runs.heartbeat.write_atomically", no_room)
        supervisor.look()
        (one,) = supervisor._watched.values()
        wait_until(lambda: not one.job.alive())
        for _ in range(3):
            supervisor.look()
        assert store.get(run_id).paths.log.read_text().count("device") == 1  # not started again and again
        assert not store.get(waiting).paths.log.exists()
    look_until(supervisor, store, run_id, "failed")
    record = store.get(run_id).record
    assert record is not None
    assert "exit code 3" in (record.error or "")
    look_until(supervisor, store, waiting, "finished")


@pytest.mark.posix  # Windows deletes no folder in which a process works.
def test_a_worker_whose_runs_folder_is_deleted_is_killed(store: RunStore, worker: tuple[str, ...]) -> None:
    run_id = queue(store, "deaf")
    ensure_supervisor(store.runs_dir, ["--worker", *worker])
    wait_until(lambda: status_of(store, run_id) == "running")
    process = worker_of(store, run_id)
    while store.runs_dir.exists():
        shutil.rmtree(store.runs_dir, ignore_errors=True)
    wait_until(lambda: not process.is_running())
    wait_until(lambda: not supervisors_of(store))


@pytest.mark.posix
def test_a_runs_folder_that_was_deleted_and_made_anew_has_one_supervisor(
    store: RunStore, worker: tuple[str, ...]
) -> None:
    ensure_supervisor(store.runs_dir, ["--idle-seconds", "600", "--worker", *worker])
    first = queue(store, "finishes")
    wait_until(lambda: status_of(store, first) == "finished")
    (old,) = supervisors_of(store)
    old.suspend()  # Both folders are there between two of its looks.
    delete_folder(store.runs_dir)
    store.runs_dir.mkdir()
    runs = [queue(store, "until told"), queue(store, "finishes")]
    old.resume()
    ensure_supervisor(store.runs_dir, ["--idle-seconds", "0.5", "--worker", *worker])
    wait_until(lambda: status_of(store, runs[0]) == "running")
    wait_until(lambda: not old.is_running() or old.status() == psutil.STATUS_ZOMBIE)
    (store.get(runs[0]).paths.folder / "go").touch()
    wait_until(lambda: status_of(store, runs[1]) == "finished")
    assert all(store.get(run_id).paths.log.read_text().count("device") == 1 for run_id in runs)
    wait_until(lambda: not supervisors_of(store))


def test_a_run_in_the_foreground_is_left_alone_and_takes_the_device(
    store: RunStore, supervise: Supervise
) -> None:
    config = TrainingConfig(name="mine", model="cnn-2conv", data="drawn")
    own = store.create(config, foreground=True)
    waiting = queue(store, "finishes")
    supervisor = supervise()
    supervisor.look()
    assert status_of(store, own.id) == "queued"
    assert not own.paths.log.exists()
    assert status_of(store, waiting) == "queued"
    own.paths.heartbeat.unlink()  # Not this very process, when the fixture cleans up.


def test_only_one_of_several_supervisors_works_and_it_leaves_when_idle(
    store: RunStore, worker: tuple[str, ...]
) -> None:
    arguments = ["--idle-seconds", "0.5", "--worker", *worker]
    threads = [threading.Thread(target=ensure_supervisor, args=(store.runs_dir, arguments)) for _ in range(4)]
    runs = [queue(store, "finishes") for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: all(status_of(store, run_id) == "finished" for run_id in runs))
    assert all(store.get(run_id).paths.log.read_text().count("device") == 1 for run_id in runs)
    wait_until(lambda: not supervisors_of(store))
    # A run queued afterwards finds a new one.
    late = queue(store, "finishes")
    ensure_supervisor(store.runs_dir, arguments)
    wait_until(lambda: status_of(store, late) == "finished")
    log = (store.runs_dir / ".supervisor.log").read_text()
    assert log.count("started") == 3
    assert "Traceback" not in log


def supervisors_of(store: RunStore) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if "cifar_core.scheduling.supervisor" in words and str(store.runs_dir) in words:
            found.append(process)
    return found


def test_starting_a_supervisor_takes_a_moment(store: RunStore, worker: tuple[str, ...]) -> None:
    arguments = ["--idle-seconds", "0.1", "--worker", *worker]
    seconds = []
    for _ in range(3):
        before = time.perf_counter()
        ensure_supervisor(store.runs_dir, arguments)
        seconds.append(time.perf_counter() - before)
    assert is_little(min(seconds), 0.05, time.perf_counter)
    wait_until(lambda: not supervisors_of(store))


def test_a_run_queued_while_the_supervisor_leaves_is_not_lost(
    store: RunStore, worker: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = Supervisor(store.runs_dir, LocalExecutor(worker, [CPU]), idle_seconds=0.0)
    queued: list[str] = []
    work = supervisor._work_until_idle

    def work_then_somebody_queues() -> None:
        supervisor._idle_seconds = 0.3 if queued else 0.0
        work()
        if not queued:
            queued.append(queue(store, "finishes"))  # The lock is still held: nobody starts a supervisor.

    monkeypatch.setattr(supervisor, "_work_until_idle", work_then_somebody_queues)
    supervisor.run()
    assert status_of(store, queued[0]) == "finished"


def test_killing_the_supervisor_leaves_its_worker_running(store: RunStore, worker: tuple[str, ...]) -> None:
    run_id = queue(store, "until told")
    arguments = ["--idle-seconds", "0.5", "--worker", *worker]
    ensure_supervisor(store.runs_dir, arguments)
    wait_until(lambda: status_of(store, run_id) == "running")
    for process in supervisors_of(store):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    wait_until(lambda: not supervisors_of(store))
    assert worker_of(store, run_id).is_running()
    (store.get(run_id).paths.folder / "go").touch()
    wait_until(lambda: status_of(store, run_id) == "finished")


@pytest.mark.posix
def test_ctrl_c_ends_a_supervisor_with_a_sentence_and_no_training(
    store: RunStore, worker: tuple[str, ...]
) -> None:
    run_id = queue(store, "until told")
    command = [sys.executable, "-m", "cifar_core.scheduling.supervisor", str(store.runs_dir)]
    process = subprocess.Popen(
        [*command, "--worker", *worker],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_until(lambda: status_of(store, run_id) == "running")
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "what is being trained goes on" in said
    assert "Traceback" not in said
    assert worker_of(store, run_id).is_running()
    (store.get(run_id).paths.folder / "go").touch()
    wait_until(lambda: status_of(store, run_id) == "finished")


def test_the_supervisor_imports_no_training_backend() -> None:
    program = (
        "import sys, cifar_core.scheduling.supervisor; "
        "print([name for name in ('tensorflow', 'keras', 'jax', 'streamlit') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
