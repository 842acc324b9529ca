"""Processes that outlive the server and the terminal that they were started from."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from cifar_core.hardware.child_environment import child_environment
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system import this_system
from cifar_core.system.files import open_to_append

_LOG_BYTES = 1_000_000


def start_unless_locked(
    lock: Path, module: str, arguments: Sequence[str], log: Path
) -> subprocess.Popen[bytes] | None:
    """Start ``python -m module`` in a session of its own, unless a process like it is at work; return at once.

    The process has to take the lock itself and to leave when it does not get it: several may be started at the same
    moment.

    Parameters
    ----------
    lock : Path
        File that the process at work holds locked, in a folder that is there.
    module : str
        The module to run.
    arguments : sequence of str
        Its command line.
    log : Path
        Receives what it prints; begun anew when it has grown large.

    Returns
    -------
    subprocess.Popen or None
        The process, for which nobody needs to wait; ``None`` where the lock is held.

    Raises
    ------
    OSError
        The folder cannot be written, or no process can be started.
    """
    try:
        with FileLock(lock, timeout=0):
            pass
    except Timeout:
        return None
    with open_to_append(log) as output:
        if output.tell() >= _LOG_BYTES:
            output.truncate(0)
        process = this_system().start_detached(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=PROJECT_ROOT,
            env=child_environment(),
        )
    # Collects the exit status when the time comes, so that no zombie stays.
    threading.Thread(target=process.wait, name=f"{module}-exit", daemon=True).start()
    return process
