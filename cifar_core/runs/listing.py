"""All runs in one folder."""

import contextlib
import os
from pathlib import Path

from cifar_core.runs.run import Run, read_run


def runs_in(root: Path | None, *, shipped: bool) -> tuple[Run, ...]:
    """Return the runs of a folder, newest first; none where there is no folder."""
    if root is None:
        return ()
    try:
        with os.scandir(root) as entries:
            # Names with a dot are folders being made or removed, and the supervisor's files.
            folders = [entry.path for entry in entries if entry.name[0] != "." and entry.is_dir()]
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
