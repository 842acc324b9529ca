"""Processes that outlive the server and the terminal that they were started from."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from cifar_core.settings import PROJECT_ROOT

_LOG_BYTES = 1_000_000
_PATH_VARIABLES = ("CIFAR_LAB_DATA", "CIFAR_LAB_CACHE", "KERAS_HOME", "RAY_AUTH_TOKEN_PATH")


def start_detached(module: str, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start ``python -m module`` in a session of its own and return at once.

    Parameters
    ----------
    module : str
        The module to run.
    arguments : sequence of str
        Its command line.
    log : Path
        Receives what it prints; begun anew when it has grown large.

    Returns
    -------
    subprocess.Popen
        The process; nobody needs to wait for it.
    """
    mode = "ab" if log.exists() and log.stat().st_size < _LOG_BYTES else "wb"
    with log.open(mode) as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=PROJECT_ROOT,
            env=_absolute_paths(dict(os.environ)),
            start_new_session=True,
        )
    # Collects the exit status when the time comes, so that no zombie stays.
    threading.Thread(target=process.wait, name=f"{module}-exit", daemon=True).start()
    return process


def _absolute_paths(environment: dict[str, str]) -> dict[str, str]:
    """Make relative places absolute: the process works in another folder than the one who starts it."""
    for name in _PATH_VARIABLES:
        value = environment.get(name)
        if value and Path(value).expanduser().exists():
            environment[name] = str(Path(value).expanduser().resolve())
    return environment
