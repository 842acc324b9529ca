"""How much disk space runs take, by owner."""

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from cifar_core.accounts.limits import Usage
from cifar_core.accounts.user import User
from cifar_core.file_cache import file_cached
from cifar_core.runs.run import RUNS_KEPT, Run


def bytes_by_owner(runs: Iterable[Run]) -> Counter[str | None]:
    """Add up what the folders of runs take.

    A run that has ended does not grow any more: it is measured again only when its folder has changed (and to
    replace a file changes it), so that a thousand runs cost one question to the file system each.

    Parameters
    ----------
    runs : iterable of Run
        Usually all of a store; shipped ones are passed over.

    Returns
    -------
    Counter
        Bytes by owner; under ``None`` those of runs without one.
    """
    total: Counter[str | None] = Counter()
    for run in runs:
        if not run.shipped:
            folder, owner = run.paths.folder, run.record.owner if run.record else None
            total[owner] += folder_bytes(folder) if run.active else _bytes_once_ended(folder)
    return total


def usage_of(user: User, runs: Iterable[Run]) -> Usage:
    """Return what somebody, and all together, use at this moment.

    Parameters
    ----------
    user : User
        Whose runs count.
    runs : iterable of Run
        All of a store.
    """
    every = tuple(runs)
    taken = bytes_by_owner(every)
    at_work = sum(1 for run in every if run.active and run.record and run.record.owner == user.id)
    return Usage(at_work, taken[user.id], taken.total())


def folder_bytes(folder: Path) -> int:
    """Return the sizes of all files below a folder; links are not followed, not even the folder itself."""
    size, waiting = 0, [] if folder.is_symlink() else [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
        except OSError:  # deleted under our hands
            continue
    return size


@file_cached(most=RUNS_KEPT)
def _bytes_once_ended(folder: Path) -> int:
    return folder_bytes(folder)
