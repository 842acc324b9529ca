"""Who may change what in the runs folder at one moment; the operating system frees a lock when its holder dies."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from cifar_core.errors import RunError
from cifar_core.runs.layout import RunPaths
from cifar_core.system.refusals import refused

_CHANGES_NAME = ".changes.lock"
_CHANGES_SECONDS = 10.0
_CLAIM_NAME = ".worker.lock"
_LOOK_SECONDS = 1.0
"""Somebody who only looks whether a run is claimed holds the lock for a moment."""
CLAIM_VARIABLE = "CIFAR_LAB_CLAIM_SECONDS"
"""Environment variable that tells a worker how long to wait for the lock of one whose machine died."""


@contextlib.contextmanager
def changing(runs_dir: Path) -> Iterator[None]:
    """Hold the lock under which a record is read, changed and written: several servers share one folder.

    A worker holds it only when it turns a queued run into a running one. From then on the record is its own.

    Raises
    ------
    RunError
        Somebody else holds it for long, or the folder cannot be written.
    """
    lock = FileLock(runs_dir / _CHANGES_NAME, timeout=_CHANGES_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise RunError("Another program is changing a run just now. Try again in a moment.") from None
    except OSError as error:
        raise RunError(f"Nothing can be changed in {runs_dir}: {_CHANGES_NAME} {refused(error)}") from None
    try:
        yield
    finally:
        lock.release()


def claim(paths: RunPaths, *, wait_seconds: float = 0.0) -> FileLock:
    """Take a run for this process until it ends; whatever goes wrong elsewhere, no run is trained twice at once.

    Parameters
    ----------
    paths : RunPaths
        The run's folder.
    wait_seconds : float
        How long the present holder may need to let go: a file server frees the locks of a dead machine late.

    Raises
    ------
    RunError
        The folder is gone or cannot be written, or another process works in it.
    """
    if not paths.folder.is_dir():
        raise RunError(f"The run “{paths.folder.name}” has been deleted.")
    lock = FileLock(paths.folder / _CLAIM_NAME)
    try:
        lock.acquire(timeout=max(wait_seconds, _LOOK_SECONDS))
    except Timeout:
        raise RunError(f"The run “{paths.folder.name}” is being trained by another process.") from None
    except OSError as error:
        name = paths.folder.name
        raise RunError(f"The run “{name}” cannot be trained: {_CLAIM_NAME} in it {refused(error)}") from None
    return lock


def is_claimed(paths: RunPaths, *, wait_seconds: float = 0.0) -> bool:
    """Whether a process works on a run, and goes on to for so many seconds.

    One that has written how the run ended keeps it until its last files are written.

    Parameters
    ----------
    paths : RunPaths
        The run's folder, which must exist.
    wait_seconds : float
        How long the process may need to let go, 0 or more; 0 asks once.
    """
    lock = FileLock(paths.folder / _CLAIM_NAME)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        return True
    except OSError:  # What nobody can lock, nobody holds; whoever takes the run is told.
        return False
    lock.release()
    return False
