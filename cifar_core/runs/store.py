"""All runs: the user's own folder and the one that ships with the project. The folders are the truth."""

import contextlib
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from cifar_core.errors import RunError
from cifar_core.runs.heartbeat import PROMISE_SECONDS, Heartbeat
from cifar_core.runs.layout import RunPaths, check_run_id, new_run_id, write_atomically
from cifar_core.runs.processes import find_worker
from cifar_core.runs.record import RunRecord
from cifar_core.runs.status import ACTIVE, Status, derive_status
from cifar_core.settings import Settings
from cifar_core.training.config import TrainingConfig

_LOG_TAIL_BYTES = 64 * 1024
# TensorFlow says at every start which libraries it has, and, on a CPU, that there is no GPU: no setting silences it
# (it is printed before settings are read), and a student who looks for a mistake would take it for one.
_BACKEND_NOTE = re.compile(
    r"WARNING: All log messages before absl|I0000 |To enable the following instructions|E0000 .* failed call to cuInit"
)

_FileVersion = tuple[int, int, int]
# What each run.json said when it was last read, by path. Shared by all stores of a process: a record is frozen,
# and it is read again as soon as the file's time, size or inode differ.
_records: dict[str, tuple[_FileVersion, RunRecord | str]] = {}


@dataclass(frozen=True)
class Run:
    """One run folder as it was at one moment.

    Attributes
    ----------
    record : RunRecord or None
        What ``run.json`` says; ``None`` if it cannot be read, and then ``problem`` says why.
    paths : RunPaths
        The files of the folder.
    status : Status
        State at the moment of reading; ``"failed"`` for a damaged folder.
    shipped : bool
        Whether it came with the project: such a run is only ever read.
    problem : str or None
        A sentence for the person at the screen.
    heartbeat : Heartbeat or None
        Newest beat of the worker; read for queued and running runs only.
    """

    record: RunRecord | None
    paths: RunPaths
    status: Status
    shipped: bool
    problem: str | None = None
    heartbeat: Heartbeat | None = None

    @property
    def id(self) -> str:
        """Name of the folder."""
        return self.paths.folder.name

    @property
    def active(self) -> bool:
        """Whether something is still to come."""
        return self.status in ACTIVE

    @property
    def has_model(self) -> bool:
        """Whether the weights are there."""
        return self.paths.model.is_file()

    @property
    def has_predictions(self) -> bool:
        """Whether the logits are there."""
        return self.paths.predictions.is_file()


class RunStore:
    """Lists, makes, stops and deletes runs.

    Parameters
    ----------
    runs_dir : Path
        The user's own runs; made when the first run is.
    trained_dir : Path, optional
        Runs that ship with the project; only ever read.
    """

    def __init__(self, runs_dir: Path, trained_dir: Path | None = None) -> None:
        self.runs_dir = runs_dir
        self.trained_dir = trained_dir

    @classmethod
    def from_settings(cls, settings: Settings) -> "RunStore":
        """Open the folders that the settings name."""
        return cls(settings.runs_dir, settings.trained_dir)

    def list(self) -> tuple[Run, ...]:
        """All runs, the user's own before the shipped ones, newest first; damaged ones carry a ``problem``."""
        return self._runs_in(self.runs_dir, shipped=False) + self._runs_in(self.trained_dir, shipped=True)

    def get(self, run_id: str) -> Run:
        """Open one run; an own run comes before a shipped one of the same id.

        Raises
        ------
        RunError
            There is no such run, or ``run_id`` cannot be the name of one.
        """
        check_run_id(run_id)
        for root, shipped in ((self.runs_dir, False), (self.trained_dir, True)):
            if root is not None and (root / run_id).is_dir():
                return _read_run(root / run_id, shipped=shipped)
        raise RunError(f"There is no run “{run_id}”. It may have been deleted, or belong to another machine.")

    def create(self, config: TrainingConfig, *, foreground: bool = False) -> Run:
        """Make the folder of a new run; it appears in the list whole, with the status queued.

        Parameters
        ----------
        config : TrainingConfig
            What the run is asked to do.
        foreground : bool
            This very process will do the work: a heartbeat in its name keeps the supervisor from starting
            a worker of its own.

        Raises
        ------
        RunError
            The folder cannot be written.
        """
        while True:
            moment = datetime.now(UTC)
            run_id = new_run_id(config.model, moment)
            if not (self.runs_dir / run_id).exists():  # Runs of one second can draw the same id.
                break
        record = RunRecord(id=run_id, config=config, status="queued", created=moment)
        temporary = RunPaths(self.runs_dir / f".new-{run_id}")
        try:
            temporary.folder.mkdir(parents=True)
            record.write(temporary.record)
            if foreground:
                write_first_heartbeat(temporary, psutil.Process())
            temporary.folder.rename(self.runs_dir / run_id)
        except OSError as error:
            shutil.rmtree(temporary.folder, ignore_errors=True)
            raise RunError(
                f"The run cannot be written to {self.runs_dir} ({error.strerror}). "
                "Free some space, or choose another folder with CIFAR_LAB_RUNS."
            ) from None
        return self.get(run_id)

    def request_stop(self, run_id: str) -> None:
        """Ask a run to stop; a queued one is stopped at once, a running one within three seconds.

        Raises
        ------
        RunError
            The run has ended already, ships with the project, or does not exist.
        """
        run = self.get(run_id)
        if run.shipped:
            raise RunError(
                f"The run “{run_id}” ships with CIFAR Lab and is finished; there is nothing to stop."
            )
        if run.record is None or not run.active:
            raise RunError(f"The run “{run_id}” is {run.status} already; there is nothing to stop.")
        # The file comes first: a worker that starts at this very moment finds it and ends itself.
        run.paths.stop.touch()
        if run.status == "queued" and find_worker(run.heartbeat) is None:
            run.record.model_copy(update={"status": "stopped", "ended": datetime.now(UTC)}).write(
                run.paths.record
            )

    def delete(self, run_id: str) -> None:
        """Remove a run's folder for good.

        Raises
        ------
        RunError
            The run is running, ships with the project, or does not exist.
        """
        run = self.get(run_id)
        if run.shipped:
            raise RunError(f"The run “{run_id}” ships with CIFAR Lab and cannot be deleted.")
        if run.status == "running" or find_worker(run.heartbeat) is not None:
            raise RunError(f"The run “{run_id}” is running. Stop it first, then delete it.")
        # Renamed first: nobody ever lists a folder that is half gone.
        doomed = self.runs_dir / f".deleted-{run_id}-{secrets.token_hex(3)}"
        try:
            run.paths.folder.rename(doomed)
        except OSError as error:
            raise RunError(f"The run “{run_id}” cannot be deleted ({error.strerror}).") from None
        shutil.rmtree(doomed, ignore_errors=True)

    @staticmethod
    def _runs_in(root: Path | None, *, shipped: bool) -> tuple[Run, ...]:
        if root is None:
            return ()
        try:
            with os.scandir(root) as entries:
                # Names with a dot are folders being made or removed, and the supervisor's files.
                folders = [Path(entry) for entry in entries if entry.name[0] != "." and entry.is_dir()]
        except OSError:
            return ()
        runs = (_read_run(folder, shipped=shipped) for folder in folders)
        return tuple(sorted(runs, key=_age_order, reverse=True))


def log_tail(run: Run, lines: int = 40) -> tuple[str, ...]:
    """Return the last lines of ``worker.log`` without TensorFlow's notes on itself; none if there is no log."""
    try:
        with run.paths.log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _LOG_TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ()
    # A progress bar rewrites its line after a carriage return: only what a terminal would still show counts.
    shown = [line.rstrip("\r").rsplit("\r", 1)[-1].rstrip() for line in text.split("\n")]
    return tuple(line for line in shown if line and not _BACKEND_NOTE.match(line))[-lines:]


def write_first_heartbeat(paths: RunPaths, worker: psutil.Process) -> None:
    """Say which process works on a run, before that process can say so itself."""
    now = time.time()
    beat = Heartbeat(
        pid=worker.pid,
        process_started=worker.create_time(),
        written=now,
        # Starting Python and importing a training backend from a cold disk take their time.
        next_due=now + 3 * PROMISE_SECONDS,
    )
    write_atomically(paths.heartbeat, beat.model_dump_json().encode())


def _read_run(folder: Path, *, shipped: bool) -> Run:
    paths = RunPaths(folder)
    known = _read_record(paths.record)
    if isinstance(known, str):
        return Run(None, paths, "failed", shipped, problem=known)
    if known.status not in ("queued", "running"):
        return Run(known, paths, known.status, shipped)
    heartbeat = Heartbeat.read(paths.heartbeat)
    return Run(known, paths, derive_status(known, heartbeat, time.time()), shipped, heartbeat=heartbeat)


def _read_record(path: Path) -> RunRecord | str:
    """Read ``run.json``, or the sentence that says why it cannot be read."""
    key = str(path)
    try:
        stat = path.stat()
        version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except OSError:
        version = (0, 0, 0)
    cached = _records.get(key)
    if cached is not None and cached[0] == version:
        return cached[1]
    result: RunRecord | str
    try:
        check_run_id(path.parent.name)
        result = RunRecord.read(path)
    except RunError as error:
        result = str(error)
    _records[key] = (version, result)
    return result


def _age_order(run: Run) -> tuple[float, str]:
    if run.record is not None:
        return run.record.created.timestamp(), run.id
    with contextlib.suppress(OSError):
        return run.paths.folder.stat().st_mtime, run.id
    return 0.0, run.id
