"""The list of runs for those who look every second: made once for all who look within the same half second."""

import threading
import time
from pathlib import Path

from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore

FRESH_SECONDS = 0.5

_lists: dict[tuple[Path, Path | None], tuple[float, tuple[Run, ...]]] = {}
_lock = threading.Lock()


def recent_runs(store: RunStore, *, renew: bool = False) -> tuple[Run, ...]:
    """Return all runs as they were at most half a second ago, as :meth:`RunStore.list` gives them.

    Parameters
    ----------
    store : RunStore
        Its folders are listed; who is logged in makes no difference to that.
    renew : bool
        List them in any case: something may just have been changed.
    """
    folders = (store.runs_dir, store.trained_dir)
    with _lock:  # The second to come in waits for the first one's list rather than make another.
        known = _lists.get(folders)
        if renew or known is None or time.monotonic() - known[0] > FRESH_SECONDS:
            runs = store.list()
            _lists[folders] = known = (time.monotonic(), runs)
        return known[1]
