"""What a process has cost so far, and what is little on this machine."""

import os
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path


def highest_memory(pid: int) -> float:
    """Return the most memory that a process has held, in MB; Linux only."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM"))


_TUNED_ON = 0.2
"""Seconds that a core of the machines took on which the bounds of the tests were set."""


def _work(clock: Callable[[], float]) -> float:
    """Return how long a core takes for what Python does most: making, sorting and looking up."""
    begun = clock()
    made = sorted(((number, str(number)) for number in range(300_000)), key=lambda pair: pair[1])
    assert len({word: number for number, word in made}) == 300_000
    return clock() - begun


@cache
def slowness(clock: Callable[[], float] = time.process_time) -> float:
    """Return how many times longer this machine takes than those on which bounds were set; at least 1.

    Parameters
    ----------
    clock : callable
        ``time.process_time`` for bounds of computing, ``time.perf_counter`` for bounds of waiting: the latter tells
        of a machine that is busy with other things, too.
    """
    return max(1.0, min(_work(clock) for _ in range(3)) / _TUNED_ON)


def is_little(seconds: float, bound: float, clock: Callable[[], float] = time.process_time) -> bool:
    """Return whether something took no longer than ``bound`` seconds, on a machine as fast as those it was set on."""
    return seconds <= bound or seconds <= bound * slowness(clock)


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
