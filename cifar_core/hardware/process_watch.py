"""Ending a process that takes too much memory, or too long."""

import contextlib
import subprocess
import threading
import time
from typing import Literal

import psutil

from cifar_core.system import this_system

MODEL_MEMORY_BYTES = 4 * 1024**3
"""Most memory that a process may hold in which models of unknown origin are opened."""

_LOOK_SECONDS = 0.05


class ProcessWatch(threading.Thread):
    """Looks at a process until it has ended, and kills it where it goes beyond a limit.

    Parameters
    ----------
    process : subprocess.Popen
        A child of this process.
    memory_bytes : int
        Most memory that it may hold.
    seconds : float, optional
        Longest time from now that it may take; as long as it likes if not given.

    Attributes
    ----------
    ended_for : {"memory", "time"} or None
        Beyond which limit it went.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", memory_bytes: int, seconds: float | None = None
    ) -> None:
        super().__init__(name="process watch", daemon=True)
        self._process = process
        self._memory_bytes = memory_bytes
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self.ended_for: Literal["memory", "time"] | None = None
        self.start()

    def run(self) -> None:
        """Look until the process has ended."""
        with contextlib.suppress(psutil.NoSuchProcess):
            child = psutil.Process(self._process.pid)
            while self._process.poll() is None:
                if this_system().memory(child) > self._memory_bytes:
                    self.ended_for = "memory"
                    self._process.kill()
                elif self._deadline is not None and time.monotonic() > self._deadline:
                    self.ended_for = "time"
                    self._process.kill()
                time.sleep(_LOOK_SECONDS)


def too_much_memory(memory_bytes: int) -> str:
    """Say why a model was not opened that needs more memory than is allowed."""
    return f"The model needs more than {memory_bytes / 1024**3:.1f} GB of memory, so it was not opened."
