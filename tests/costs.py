"""What a process has cost so far."""

import os
import sys
import time
from pathlib import Path


def highest_memory(pid: int) -> float:
    """Return the most memory that a process has held, in MB; Linux only."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM"))


class Cost:
    """What a ``with`` block costs this process.

    Attributes
    ----------
    seconds : float
        Of computing.
    megabytes : float
        Memory that it held more than before, at its most; zero where the system is not Linux.
    """

    seconds = 0.0
    megabytes = 0.0

    def __enter__(self) -> "Cost":
        self._before = 0.0
        if sys.platform == "linux":
            Path("/proc/self/clear_refs").write_text("5")  # The highest mark begins anew.
            self._before = highest_memory(os.getpid())
        self._started = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self._started
        if sys.platform == "linux":
            self.megabytes = highest_memory(os.getpid()) - self._before
