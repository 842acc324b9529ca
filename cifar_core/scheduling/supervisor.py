"""The process that starts queued runs and watches over those under way.

One supervisor per runs folder, held by a file lock. It knows nothing that is not in the folders: kill it at any
moment, and the next one takes its workers over.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from cifar_core.errors import CifarLabError, RunError
from cifar_core.hardware.devices import list_devices
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.order import waiting_order
from cifar_core.runs.outcome import results_so_far
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.detached import start_unless_locked
from cifar_core.scheduling.executor import Ending, Executor, Job
from cifar_core.scheduling.local import WORKER_COMMAND, LocalExecutor
from cifar_core.scheduling.standby import Standby
from cifar_core.scheduling.watched import HANG_SECONDS, STILL_SECONDS, Watched
from cifar_core.settings import Settings
from cifar_core.system.interrupts import EXIT_INTERRUPTED, heed_interrupts
from cifar_core.system.refusals import refused
from cifar_core.system.streams import make_streams_safe, say

LOOK_SECONDS = 0.2
RETRIES = 5
"""How often a run whose machine was lost is started again before somebody has to look at it."""
IDLE_SECONDS = 15.0

_MODULE = "cifar_core.scheduling.supervisor"
_LOCK_NAME = ".supervisor.lock"
_LOG_NAME = ".supervisor.log"
_LOCK_SECONDS = 2.0


def ensure_supervisor(runs_dir: Path, arguments: Sequence[str] = ()) -> None:
    """Start a supervisor for ``runs_dir`` unless one is at work; return at once.

    Several processes may call this at the same time: of several supervisors one gets the lock, the others leave.

    Parameters
    ----------
    runs_dir : Path
        Folder with the user's own runs.
    arguments : sequence of str
        Further arguments for :func:`main`.

    Raises
    ------
    RunError
        The folder cannot be written.
    """
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        command_line = [str(runs_dir.resolve()), *arguments]
        start_unless_locked(runs_dir / _LOCK_NAME, _MODULE, command_line, runs_dir / _LOG_NAME)
    except OSError as error:
        helps = refused(error, "choose another folder with CIFAR_LAB_RUNS")
        raise RunError(f"Runs cannot be started from {runs_dir} {helps}") from None


class Supervisor:
    """Gives room to one queued run after the other until nothing is left to do.

    Parameters
    ----------
    runs_dir : Path
        Folder with the user's own runs.
    executor : Executor
        Where workers run.
    idle_seconds : float
        How long to wait for new runs before leaving.
    hang_seconds : float
        How long a worker may be silent before it is killed.
    still_seconds : float
        How long a worker may make no step, from the first epoch on, before it is killed.
    standby : Standby, optional
        The workers that wait for runs to come; as long as one is wanted, the supervisor stays.
    """

    def __init__(
        self,
        runs_dir: Path,
        executor: Executor,
        *,
        idle_seconds: float = IDLE_SECONDS,
        hang_seconds: float = HANG_SECONDS,
        still_seconds: float = STILL_SECONDS,
        standby: Standby | None = None,
    ) -> None:
        self._store = RunStore(runs_dir)
        self._executor = executor
        self._idle_seconds = idle_seconds
        self._hang_seconds = hang_seconds
        self._still_seconds = still_seconds
        self._standby = standby
        self._watched: dict[str, Watched] = {}
        self._last_trouble = ""
        self._home: tuple[int, int] | None = None

    def run(self) -> None:
        """Work until nothing has been left to do for a while; return at once if another supervisor is at work."""
        lock = FileLock(self._store.runs_dir / _LOCK_NAME)
        while True:
            try:
                # Somebody who only looks whether a supervisor is there holds the lock for a moment.
                lock.acquire(timeout=_LOCK_SECONDS)
            except Timeout:
                return
            self._home = self._lock_file()
            try:
                self._work_until_idle()
            finally:
                if self._standby is not None:
                    self._standby.close()
                lock.release()
            # Who queued a run just before the lock was released saw a supervisor at work and started none.
            if not self._at_home() or not any(run.active for run in self._store.list()):
                return

    def look(self) -> bool:
        """Look at all runs once and do what is due; return whether anything is left to do."""
        runs = self._store.list()
        under_way = {
            run.id: run for run in runs if run.active and not (run.status == "queued" and _untouched(run))
        }
        for run in under_way.values():
            if run.id not in self._watched:
                self._attempt(self._find_or_settle, run.id)
        for run_id, watched in tuple(self._watched.items()):
            self._attempt(self._check, run_id, watched, under_way.get(run_id))
        for run in waiting_order(runs):
            if run.id not in self._watched and run.id not in under_way:
                self._attempt(self._begin, run.id)
        return bool(self._watched) or any(run.active for run in self._store.list())

    def _work_until_idle(self) -> None:
        last_busy = time.monotonic()
        while self._at_home() and time.monotonic() - last_busy < self._idle_seconds:
            # First who waits: where a run is queued already, it gets that worker.
            waits = self._standby is not None and self._attempt(self._standby.tend)
            busy = self._attempt(self.look) is not False
            if busy or waits:
                last_busy = time.monotonic()
            (self._standby.wait if self._standby is not None else time.sleep)(LOOK_SECONDS)
        if not self._at_home():
            for run_id, watched in tuple(self._watched.items()):
                self._attempt(self._check, run_id, watched, None)  # ends the worker of a deleted folder

    def _lock_file(self) -> tuple[int, int] | None:
        try:
            found = (self._store.runs_dir / _LOCK_NAME).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _at_home(self) -> bool:
        """Whether the file that is locked still lies there: a runs folder deleted and made anew has another one."""
        return self._home is not None and self._lock_file() == self._home

    def _attempt(self, action: Callable[..., bool | None], *arguments: object) -> bool | None:
        """Do something for one run; a full disk or a folder deleted under our hands must not harm the others."""
        try:
            return action(*arguments)
        except (OSError, psutil.Error, CifarLabError) as error:
            trouble = f"{type(error).__name__}: {error}"
            if trouble != self._last_trouble:  # Every round has it again, five times a second.
                _log(trouble)
            self._last_trouble = trouble
            return None

    def _watch(self, run: Run, job: Job, verb: str) -> None:
        self._watched[run.id] = Watched(job, run.earlier_attempts)
        _log(f"{verb} {run.id}, {job.where}")

    def _check(self, run_id: str, watched: Watched, run: Run | None) -> None:
        folder = self._store.runs_dir / run_id
        if watched.job.alive():
            if not folder.is_dir():
                _log(f"killing {run_id}: its folder was deleted")
                watched.job.kill()
            elif watched.stop_overdue(folder / "stop"):
                _log(f"killing {run_id}: it did not stop by itself")
                watched.job.kill()
            elif run is not None and (
                reason := watched.cause_to_end(run, self._hang_seconds, self._still_seconds)
            ):
                _log(f"killing {run_id}: {reason}")
                watched.job.kill()
            elif run is not None and watched.time_is_up(run):
                _log(f"stopping {run_id}: its hours are used up")
                run.paths.stop.touch()
        if not watched.job.alive():
            ending = Ending(watched.ended_for) if watched.ended_for else watched.job.ending()
            # Somebody may have resumed it before the end of its last worker was noticed.
            if (
                folder.is_dir()
                and ending is not None
                and watched.attempt == self._store.get(run_id).earlier_attempts
            ):
                # Where the disk is full this raises, and how the worker ended is written once there is room.
                self._settle(run_id, ending)
            del self._watched[run_id]

    def _find_or_settle(self, run_id: str) -> None:
        """Watch the worker that an earlier supervisor started, or end the record if that worker is gone."""
        run = self._store.get(run_id)
        if not run.active or _untouched(run):
            return
        if job := self._executor.find(run):
            self._watch(run, job, "watching")
        # A running one without a heartbeat has just been started.
        elif run.status != "running" or run.heartbeat is not None:
            ending = self._executor.lost(run)
            if ending is not None:
                self._settle(run_id, ending)

    def _begin(self, run_id: str) -> None:
        """Start a queued run if there is room."""
        run = self._store.get(run_id)
        if run.status != "queued":
            return
        try:
            job = self._executor.start(run, [watched.job for watched in self._watched.values()])
        except RunError as problem:
            self._end(run, "failed", str(problem))
            return
        if job is not None:
            self._watch(run, job, "started")

    def _settle(self, run_id: str, ending: Ending) -> None:
        """Write how a run ended whose worker is gone, unless the worker did so itself."""
        run = self._store.get(run_id)
        if not run.active:
            _log(f"{run.status} {run_id}")
        elif run.paths.stop.exists():
            self._end(run, "stopped")
        else:
            self._end(run, "failed", ending.sentence)
            if ending.retry and run.record is not None and len(run.record.attempts) < RETRIES:
                self._store.resume(run_id, keep_place=True)
                _log(f"trying again {run_id}")

    def _end(self, run: Run, status: str, error: str | None = None) -> None:
        assert run.record is not None  # A run without a record is damaged, hence never active.
        changes: dict[str, Any] = {"status": status, "ended": datetime.now(UTC), "error": error}
        if status == "stopped" and run.record.results is None:
            testing = run.heartbeat is not None and run.heartbeat.stage == "testing"
            metrics = read_metrics(run.paths.metrics)
            changes["results"] = results_so_far(metrics, run.record.training.keep, testing=testing)
        run.record.model_copy(update=changes).write(run.paths.record)
        _log(f"{status} {run.id} {error or ''}")


def _untouched(run: Run) -> bool:
    """Whether a run waits, and no worker has been started for it as far as its folder tells."""
    return run.status == "queued" and run.heartbeat is None and not run.paths.stop.exists()


def _log(message: str) -> None:
    say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {message}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a supervisor: ``python -m cifar_core.scheduling.supervisor RUNS_DIR``."""
    make_streams_safe()
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}", description=__doc__)
    parser.add_argument("runs_dir", type=Path, help="folder with the runs")
    parser.add_argument(
        "--idle-seconds", type=float, default=IDLE_SECONDS, help="leave when idle for so long"
    )
    parser.add_argument(
        "--hang-seconds", type=float, default=HANG_SECONDS, help="end a worker that is silent for so long"
    )
    parser.add_argument(
        "--still-seconds",
        type=float,
        default=STILL_SECONDS,
        help="end a worker that makes no step for so long",
    )
    parser.add_argument("--worker", nargs="+", default=WORKER_COMMAND, help="command that starts a worker")
    options = parser.parse_args(arguments)
    settings = Settings.from_environment()
    executor: Executor
    standby = None
    if settings.ray is None:
        devices = list_devices()
        if tuple(options.worker) == WORKER_COMMAND:
            standby = Standby(options.runs_dir, devices, report=_log)
        executor = LocalExecutor(options.worker, devices, standby=standby)
    else:
        # Imported here: most supervisors never ask a cluster.
        from cifar_core.scheduling.ray_jobs import RayExecutor

        executor = RayExecutor(settings.ray, options.runs_dir, report=_log)
    supervisor = Supervisor(
        options.runs_dir, executor, idle_seconds=options.idle_seconds, hang_seconds=options.hang_seconds,
        still_seconds=options.still_seconds, standby=standby,
    )  # fmt: skip
    heed_interrupts()
    try:
        supervisor.run()
    except KeyboardInterrupt:
        _log("interrupted; what is being trained goes on, what waits is taken up by the next supervisor")
        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
