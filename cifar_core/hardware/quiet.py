"""Waiting for a moment in which a core of this machine has nothing to do."""

import time

import psutil

SPARE_CORES = 1.3
"""One for what is to be begun, and a bit: no core is ever wholly idle."""
_LOOK_SECONDS = 0.5


def wait_until_quiet(most_seconds: float) -> bool:
    """Wait until this machine has a core to spare; return whether it has.

    Parameters
    ----------
    most_seconds : float
        After so long it is given up: a training may keep all cores busy for hours.
    """
    cores = psutil.cpu_count() or 1
    most_busy = max(cores - SPARE_CORES, 0.3)  # with a single core
    until = time.monotonic() + most_seconds
    while time.monotonic() < until:
        if psutil.cpu_percent(_LOOK_SECONDS) / 100 * cores <= most_busy:
            return True
    return False
