"""One run folder as it was at one moment."""

import time
from dataclasses import dataclass
from pathlib import Path

from cifar_core.errors import RunError
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.layout import RunPaths, check_run_id
from cifar_core.runs.record import RunRecord
from cifar_core.runs.status import ACTIVE, Status, derive_status

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


def read_run(folder: Path, *, shipped: bool) -> Run:
    """Read what a run folder says now; a damaged one carries a ``problem``."""
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
