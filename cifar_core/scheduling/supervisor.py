"""The process that starts queued runs, one per device, and watches over those under way.

One supervisor per runs folder, held by a file lock. It knows nothing that is not in the folders: kill it at any
moment, and the next one takes its workers over.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from cifar_core.errors import RunError
from cifar_core.hardware.devices import DEVICE_VARIABLE, Device, list_devices
from cifar_core.runs.heartbeat import write_first_heartbeat
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.outcome import results_so_far
from cifar_core.runs.processes import find_command, find_worker, is_alive, kill_with_children
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.exits import describe_exit
from cifar_core.settings import PROJECT_ROOT

LOOK_SECONDS = 0.2
STOP_SECONDS = 2.3
"""A worker that has not ended itself so long after the request is killed: a stop takes less than three seconds."""
IDLE_SECONDS = 15.0

_LOCK_NAME = ".supervisor.lock"
_LOG_NAME = ".supervisor.log"
_LOG_BYTES = 1_000_000
_LOCK_SECONDS = 2.0
_WORKER_COMMAND = (sys.executable, "-m", "cifar_core.training.worker")
_PATH_VARIABLES = ("CIFAR_LAB_DATA", "CIFAR_LAB_CACHE", "KERAS_HOME")


def ensure_supervisor(runs_dir: Path, arguments: Sequence[str] = ()) -> None:
    """Start a supervisor for ``runs_dir`` unless one is at work; return at once.

    Several processes may call this at the same time: of several supervisors one gets the lock, the others leave.

    Parameters
    ----------
    runs_dir : Path
        Folder with the user's own runs.
    arguments : sequence of str
        Further arguments for :func:`main`.
    """
    runs_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(runs_dir / _LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return
    lock.release()
    log = runs_dir / _LOG_NAME
    mode = "ab" if log.exists() and log.stat().st_size < _LOG_BYTES else "wb"
    with log.open(mode) as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cifar_core.scheduling.supervisor", str(runs_dir.resolve()), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=PROJECT_ROOT,
            env=_absolute_paths(dict(os.environ)),
            start_new_session=True,  # It outlives the server and the terminal that it was started from.
        )
    # Collects the exit status when the time comes, so that no zombie stays.
    threading.Thread(target=process.wait, name="supervisor-exit", daemon=True).start()


@dataclass
class _Worker:
    device: str
    process: psutil.Process
    child: subprocess.Popen[bytes] | None = None
    """Set if this supervisor started the process; then its exit code can be known."""
    stop_seen: float | None = None

    def alive(self) -> bool:
        return self.child.poll() is None if self.child else is_alive(self.process)

    def exit_code(self) -> int | None:
        return self.child.returncode if self.child else None

    def stop_overdue(self, stop_file: Path) -> bool:
        try:
            requested = time.time() - stop_file.stat().st_mtime
        except OSError:
            return False
        # Two clocks: the file's age counts the time before this supervisor, the other one cannot be set back.
        self.stop_seen = self.stop_seen or time.monotonic()
        return max(requested, time.monotonic() - self.stop_seen) > STOP_SECONDS

    def kill(self) -> None:
        kill_with_children(self.process.pid)
        try:
            self.child.wait(1.0) if self.child else self.process.wait(1.0)
        except (subprocess.TimeoutExpired, psutil.Error):
            return  # Looked at again in the next round.


class Supervisor:
    """Gives each device to one run at a time, oldest first, until nothing is left to do.

    Parameters
    ----------
    runs_dir : Path
        Folder with the user's own runs.
    worker_command : sequence of str
        Starts a worker; the run's folder is appended.
    devices : sequence of Device, optional
        What there is to train on; those of this machine unless given. The first one is what “automatic” means.
    idle_seconds : float
        How long to wait for new runs before leaving.
    """

    def __init__(
        self,
        runs_dir: Path,
        *,
        worker_command: Sequence[str] = _WORKER_COMMAND,
        devices: Sequence[Device] | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._store = RunStore(runs_dir)
        self._command = tuple(worker_command)
        self._devices = {device.id: device for device in devices or list_devices()}
        self._idle_seconds = idle_seconds
        self._workers: dict[str, _Worker] = {}

    def run(self) -> None:
        """Work until nothing has been left to do for a while; return at once if another supervisor is at work."""
        lock = FileLock(self._store.runs_dir / _LOCK_NAME)
        while True:
            try:
                # Somebody who only looks whether a supervisor is there holds the lock for a moment.
                lock.acquire(timeout=_LOCK_SECONDS)
            except Timeout:
                return
            try:
                self._work_until_idle()
            finally:
                lock.release()
            # Who queued a run just before the lock was released saw a supervisor at work and started none.
            if not self._store.runs_dir.is_dir() or not self._active_runs():
                return

    def look(self) -> bool:
        """Look at all runs once and do what is due; return whether anything is left to do."""
        active = self._active_runs()
        for run in active:
            process = None if run.id in self._workers else find_worker(run.heartbeat)
            if process is not None:
                self._adopt(run, process)
        for run_id, worker in tuple(self._workers.items()):
            self._watch(run_id, worker)
        for run in active:
            if run.id not in self._workers:
                self._begin_or_settle(run)
        return bool(self._workers) or bool(self._active_runs())

    def _work_until_idle(self) -> None:
        last_busy = time.monotonic()
        while self._store.runs_dir.is_dir() and time.monotonic() - last_busy < self._idle_seconds:
            try:
                busy = self.look()
            except (OSError, psutil.Error, RunError) as error:
                # A full disk, a folder deleted under our hands: the other runs still need somebody.
                _log(f"{type(error).__name__}: {error}")
                busy = True
            if busy:
                last_busy = time.monotonic()
            time.sleep(LOOK_SECONDS)

    def _active_runs(self) -> list[Run]:
        return [run for run in reversed(self._store.list()) if run.active]

    def _adopt(self, run: Run, process: psutil.Process) -> None:
        device = _device_of(process) or self._wanted_device(run) or next(iter(self._devices))
        self._workers[run.id] = _Worker(device, process)
        _log(f"watching {run.id}, process {process.pid} on {device}")

    def _watch(self, run_id: str, worker: _Worker) -> None:
        if worker.alive() and worker.stop_overdue(self._store.runs_dir / run_id / "stop"):
            _log(f"killing {run_id}: it did not stop by itself")
            worker.kill()
        if not worker.alive():
            del self._workers[run_id]
            if (self._store.runs_dir / run_id).is_dir():
                self._settle(run_id, worker.exit_code())

    def _begin_or_settle(self, run: Run) -> None:
        """Start a queued run if its device is free; end the record of one whose worker is gone."""
        run = self._store.get(run.id)
        if run.heartbeat is not None:
            # It was started once; whoever began it is gone, or will be adopted in the next round.
            if find_worker(run.heartbeat) is None:
                self._settle(run.id, None)
        elif run.status == "stalled" or (run.status == "queued" and run.paths.stop.exists()):
            self._settle(run.id, None)
        elif run.status == "queued":
            device = self._wanted_device(run)
            if device not in self._devices:
                there = ", ".join(self._devices)
                self._end(run, "failed", f"This machine has no device “{device}”. Choose one of: {there}.")
            elif device not in {worker.device for worker in self._workers.values()}:
                self._start(run, self._devices[device])

    def _wanted_device(self, run: Run) -> str:
        """Return the id of the device a run is for; for “automatic” a free one of the best kind, if there is one."""
        wanted = run.record.training.device if run.record else "auto"
        if wanted != "auto":
            return wanted
        best = [name for name in self._devices if name.startswith("gpu")] or list(self._devices)
        taken = {worker.device for worker in self._workers.values()}
        return next((name for name in best if name not in taken), best[0])

    def _start(self, run: Run, device: Device) -> None:
        # A supervisor that was killed right after starting this worker has left no word of it.
        command = [*self._command, str(run.paths.folder)]
        running = find_command(command)
        if running is not None:
            self._adopt(run, running)
            return
        environment = {
            **os.environ,
            "CUDA_VISIBLE_DEVICES": device.visible,
            DEVICE_VARIABLE: device.id,
            "PYTHONUNBUFFERED": "1",
        }
        try:
            with run.paths.log.open("ab") as log:
                child = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=PROJECT_ROOT,
                    env=environment,
                    start_new_session=True,
                )
        except OSError as error:
            self._end(run, "failed", f"The training process could not be started ({error.strerror}).")
            return
        process = psutil.Process(child.pid)
        self._workers[run.id] = _Worker(device.id, process, child)
        write_first_heartbeat(run.paths.heartbeat, process)
        _log(f"started {run.id}, process {child.pid} on {device.id}")

    def _settle(self, run_id: str, exit_code: int | None) -> None:
        """Write how a run ended whose worker is gone, unless the worker did so itself."""
        run = self._store.get(run_id)
        if not run.active:
            _log(f"{run.status} {run_id}")
        elif run.paths.stop.exists():
            self._end(run, "stopped")
        else:
            self._end(run, "failed", describe_exit(exit_code))

    def _end(self, run: Run, status: str, error: str | None = None) -> None:
        assert run.record is not None  # A run without a record is damaged, hence never active.
        changes: dict[str, Any] = {"status": status, "ended": datetime.now(UTC), "error": error}
        if status == "stopped" and run.record.results is None:
            changes["results"] = results_so_far(read_metrics(run.paths.metrics))
        run.record.model_copy(update=changes).write(run.paths.record)
        _log(f"{status} {run.id} {error or ''}")


def _device_of(process: psutil.Process) -> str | None:
    """Return the device a worker was given by whoever started it."""
    try:
        return process.environ().get(DEVICE_VARIABLE)
    except psutil.Error:
        return None


def _absolute_paths(environment: dict[str, str]) -> dict[str, str]:
    """Make relative places absolute: the supervisor works in another folder than the one who starts it."""
    for name in _PATH_VARIABLES:
        value = environment.get(name)
        if value and Path(value).expanduser().exists():
            environment[name] = str(Path(value).expanduser().resolve())
    return environment


def _log(message: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {message}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a supervisor: ``python -m cifar_core.scheduling.supervisor RUNS_DIR``."""
    parser = argparse.ArgumentParser(prog="python -m cifar_core.scheduling.supervisor", description=__doc__)
    parser.add_argument("runs_dir", type=Path, help="folder with the runs")
    parser.add_argument(
        "--idle-seconds", type=float, default=IDLE_SECONDS, help="leave when idle for so long"
    )
    parser.add_argument("--worker", nargs="+", default=_WORKER_COMMAND, help="command that starts a worker")
    options = parser.parse_args(arguments)
    Supervisor(options.runs_dir, worker_command=options.worker, idle_seconds=options.idle_seconds).run()


if __name__ == "__main__":
    main()
