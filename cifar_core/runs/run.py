"""One run folder as it was at one moment, and all that lie in one folder."""

import contextlib
import os
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cifar_core.errors import RunError
from cifar_core.file_cache import file_cached
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.layout import RunPaths, check_run_id, shown_name
from cifar_core.runs.record import RunRecord
from cifar_core.runs.status import ACTIVE, Status, derive_status
from cifar_core.system.files import is_folder, is_regular

RUNS_KEPT = 20_000
"""More than lie in one folder: each look asks for all of them, and a cache that is too small by one holds none."""


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

    @cached_property
    def id(self) -> str:
        """Name of the folder, fit to be shown: a folder that is no run may have any."""
        return shown_name(self.paths.folder)

    @property
    def name(self) -> str:
        """Name to show: the one it was given; the folder's where ``run.json`` cannot be read."""
        return self.record.config.name if self.record else self.id

    @property
    def earlier_attempts(self) -> int:
        """How often it was resumed: tells one attempt from the next."""
        return len(self.record.attempts) if self.record else 0

    @property
    def active(self) -> bool:
        """Whether something is still to come."""
        return self.status in ACTIVE

    @property
    def has_model(self) -> bool:
        """Whether the weights are there."""
        return is_regular(self.paths.model)

    @property
    def has_predictions(self) -> bool:
        """Whether the logits are there."""
        return is_regular(self.paths.predictions)


def read_run(folder: str | os.PathLike[str], *, shipped: bool) -> Run:
    """Read what a run folder says now; a damaged one carries a ``problem``.

    A thousand runs are listed each second while somebody watches one of them: the common case, a run that has ended
    and whose ``run.json`` is as it was, asks the operating system one question and makes no object.

    Parameters
    ----------
    folder : str or path-like
        The run's folder; its name is the run's id, whatever ``run.json`` says.
    shipped : bool
        Whether it came with the project.

    Returns
    -------
    Run
        Of a run that has ended the same object again, as long as its ``run.json`` is as it was.
    """
    run = _read_record(os.path.join(folder, "run.json"), shipped)  # noqa: PTH118  a Path would take longer
    if run.record is None or run.record.status not in ("queued", "running"):
        return run
    heartbeat = Heartbeat.read(run.paths.heartbeat)
    return replace(run, status=derive_status(run.record, heartbeat, time.time()), heartbeat=heartbeat)


@file_cached(most=RUNS_KEPT)
def _read_record(record_file: str, shipped: bool) -> Run:
    paths = RunPaths(Path(record_file).parent)
    try:
        check_run_id(paths.folder.name)
        record = RunRecord.read(paths.record)
    except RunError as error:
        return Run(None, paths, "failed", shipped, problem=str(error))
    return Run(record, paths, record.status, shipped)


def runs_in(root: Path | None, *, shipped: bool) -> tuple[Run, ...]:
    """Return the runs of a folder, newest first; none where there is no folder.

    Parameters
    ----------
    root : Path or None
        Its sub-folders are the runs, those whose name begins with a dot left out; ``None`` holds none.
    shipped : bool
        Whether they came with the project.

    Returns
    -------
    tuple of Run
        By the time of creation; damaged ones, which carry a ``problem``, by that of their folder's last change.
    """
    if root is None:
        return ()
    try:
        with os.scandir(root) as entries:
            # Names with a dot are folders being made or removed, and the supervisor's files.
            folders = [entry.path for entry in entries if entry.name[0] != "." and is_folder(entry)]
    except OSError:
        return ()
    runs = (read_run(folder, shipped=shipped) for folder in folders)
    return tuple(sorted(runs, key=_age_order, reverse=True))


def _age_order(run: Run) -> tuple[float, str]:
    if run.record is not None:
        return run.record.created.timestamp(), run.id
    with contextlib.suppress(OSError):
        return run.paths.folder.stat().st_mtime, run.id
    return 0.0, run.id
