"""Processes: whether a run's worker is alive (asked of the system, never guessed from an id alone), and their ends."""

import os
import sys
import threading
from collections.abc import Sequence

import psutil

from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.system import this_system
from cifar_core.system.host import this_host

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
            same = this_system().process_mark(heartbeat.pid) == heartbeat.process_mark
        else:
            same = abs(process.create_time() - heartbeat.process_started) < _SAME_START_SECONDS
    except psutil.Error:
        return None
    return process if same and is_alive(process) else None


def is_elsewhere(heartbeat: Heartbeat) -> bool:
    """Whether a heartbeat came from another machine that shares the runs folder."""
    here = this_host()
    if heartbeat.host_id and here.id:
        return heartbeat.host_id != here.id
    return heartbeat.host not in ("", here.name)


def find_command(command: Sequence[str]) -> psutil.Process | None:
    """Return a living process that was started with this command line.

    Not by its first word: in the virtual environments of Windows, and in the framework that Python's installer for
    macOS brings, Python starts itself anew under another name.
    """
    wanted = list(command)[1:]
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"]
        if words and words[1:] == wanted:
            return process
    return None


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still runs; one that has ended and only waits to be collected does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def kill_with_children(pid: int) -> None:
    """Kill a process and all it started; on POSIX systems, where it leads a group of its own."""
    this_system().kill(pid)


def end_with_parent() -> None:
    """Let this process end at once when its standard input closes: whoever started it is gone then, however it ended.

    From here on standard input belongs to the thread that waits for that.
    """

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, name="end with parent", daemon=True).start()
