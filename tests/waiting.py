"""Waiting for what other processes do."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], seconds: float = 20.0, *, pause: float = 0.02) -> None:
    """Return as soon as ``condition()`` holds; fail when it does not within ``seconds``.

    It is asked every ``pause`` seconds at first, and ten times a second where it takes longer: asking often would take
    the processor away from what is waited for.
    """
    begun = time.monotonic()
    while not condition():
        waited = time.monotonic() - begun
        assert waited < seconds, f"not so within {seconds:g} seconds"
        time.sleep(max(pause, min(waited / 20, 0.1)))
