"""What the worker of a run printed."""

import os
import re
from pathlib import Path

from cifar_core.file_cache import file_cached
from cifar_core.runs.run import Run
from cifar_core.system.files import open_regular

_LOG_TAIL_BYTES = 64 * 1024
# TensorFlow says at every start which libraries it has, and, on a CPU, that there is no GPU: no setting silences it
# (it is printed before settings are read), and a student who looks for a mistake would take it for one.
_BACKEND_NOTE = re.compile(
    r"WARNING: All log messages before absl|I0000 |To enable the following instructions|E0000 .* failed call to cuInit"
)


def log_tail(run: Run, lines: int = 40) -> tuple[str, ...]:
    """Return the last lines of ``worker.log`` without TensorFlow's notes on itself; none if there is no log.

    Parameters
    ----------
    run : Run
        Whose log is read, its last 64 KiB at most.
    lines : int
        The most that are returned, 1 or more.

    Returns
    -------
    tuple of str
        Oldest first, without empty lines. Of a progress bar only what a terminal would still show.
    """
    try:
        return _read_tail(run.paths.log, lines)
    except OSError:
        return ()


@file_cached(most=64)
def _read_tail(path: Path, lines: int) -> tuple[str, ...]:
    with open_regular(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LOG_TAIL_BYTES))
        text = file.read(_LOG_TAIL_BYTES).decode("utf-8", errors="replace")
    # A progress bar rewrites its line after a carriage return: only what a terminal would still show counts.
    shown = [line.rstrip("\r").rsplit("\r", 1)[-1].rstrip() for line in text.split("\n")]
    return tuple(line for line in shown if line and not _BACKEND_NOTE.match(line))[-lines:]
