"""Ctrl-C: pressed once it ends what a command does in good order, pressed again the process."""

import contextlib
import os
import signal
from collections.abc import Iterator

EXIT_INTERRUPTED = 130
"""As shells say it of a process that SIGINT ended: 128 and the signal's number."""

_asked = _waiting = False


def heed_interrupts() -> None:
    """Let the first Ctrl-C raise ``KeyboardInterrupt`` from here on, and be remembered; the second ends the process.

    Where whoever started this process has it ignore Ctrl-C (``nohup``), it goes on doing so.
    """
    global _asked
    _asked = False
    with contextlib.suppress(ValueError):  # Only the main thread is ever interrupted, and may say how.
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, _interrupt)


def interrupted() -> bool:
    """Whether Ctrl-C was pressed: libraries swallow a ``KeyboardInterrupt``, or make another error of it."""
    return _asked


@contextlib.contextmanager
def interrupts_wait() -> Iterator[None]:
    """Let Ctrl-C wait while the block runs until somebody asks :func:`interrupted`: no file is left half-way then."""
    global _waiting
    _waiting = True
    try:
        yield
    finally:
        _waiting = False


def _interrupt(number: int, frame: object) -> None:
    global _asked
    if _asked:
        os._exit(EXIT_INTERRUPTED)
    _asked = True
    if not _waiting:
        raise KeyboardInterrupt
    # The first step compiles the network, which takes its time.
    os.write(2, b"\nStopping after the step under way; Ctrl-C once more ends at once.\n")
