"""Processes: whether a run's worker is alive (asked of the system, never guessed from an id alone), and their ends."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Sequence

import psutil

from cifar_core.runs.heartbeat import Heartbeat, process_mark, this_host

_SAME_START_SECONDS = 1.0
"""Two readings of one process's start time differ by less: the kernel counts from boot, clock corrections shift it."""


def find_worker(heartbeat: Heartbeat | None) -> psutil.Process | None:
    """Return the living process that wrote ``heartbeat``.

    ``None`` if it ended, its id went to another process, or it belongs to another machine (:func:`is_elsewhere`).
    """
    if heartbeat is None or is_elsewhere(heartbeat):
        return None
    try:
        process = psutil.Process(heartbeat.pid)
        if heartbeat.process_mark:
            same = process_mark(heartbeat.pid) == heartbeat.process_mark
        else:
            same = abs(process.create_time() - heartbeat.process_started) < _SAME_START_SECONDS
    except psutil.Error:
        return None
    return process if same and is_alive(process) else None


def is_elsewhere(heartbeat: Heartbeat) -> bool:
    """Whether a heartbeat came from another machine that shares the runs folder."""
    return heartbeat.host not in ("", this_host())


def find_command(command: Sequence[str]) -> psutil.Process | None:
    """Return a living process that was started with exactly this command line."""
    wanted = list(command)
    return next((p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == wanted), None)


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still runs; one that has ended and only waits to be collected does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def kill_with_children(pid: int) -> None:
    """Kill a process and, where it leads a group of its own, all it started."""
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)


def end_with_parent() -> None:
    """Let this process end at once when its standard input closes: whoever started it is gone then, however it ended.

    From here on standard input belongs to the thread that waits for that.
    """

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, name="end with parent", daemon=True).start()
