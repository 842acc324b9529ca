"""What all tests share."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Return as soon as ``condition()`` holds; fail when it does not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds:g} seconds"
        time.sleep(0.02)
