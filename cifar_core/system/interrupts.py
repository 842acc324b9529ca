"""Ctrl-C: pressed once it ends what a command does in good order, pressed again the process."""

import _thread
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

EXIT_INTERRUPTED = 130
"""As shells say it of a process that SIGINT ended: 128 and the signal's number."""

_AGAIN_SECONDS = 0.05

_asked = _waiting = _swallowed = False
_tell_others: Callable[[Any], object] = sys.unraisablehook


def heed_interrupts() -> None:
    """Let the first Ctrl-C raise ``KeyboardInterrupt`` from here on, and be remembered; the second ends the process.

    Where whoever started this process has it ignore Ctrl-C (``nohup``), it goes on doing so.
    """
    global _asked, _swallowed, _tell_others
    _asked = _swallowed = False
    if sys.unraisablehook is not _unraisable:
        _tell_others, sys.unraisablehook = sys.unraisablehook, _unraisable
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
    global _asked, _swallowed
    if _asked and not _swallowed:
        os._exit(EXIT_INTERRUPTED)
    _asked, _swallowed = True, False
    if not _waiting:
        raise KeyboardInterrupt
    # The first step compiles the network, which takes its time.
    os.write(2, b"\nStopping after the step under way; Ctrl-C once more ends at once.\n")


def _unraisable(told: Any) -> None:
    """Raise ``KeyboardInterrupt`` once more where Python could not: it came in the middle of clearing up memory."""
    global _swallowed
    if not (_asked and issubclass(told.exc_type, KeyboardInterrupt)):
        _tell_others(told)
        return
    _swallowed = True
    again = threading.Timer(_AGAIN_SECONDS, _press_again)
    again.daemon = True
    again.start()


def _press_again() -> None:
    if hasattr(signal, "pthread_kill"):  # which wakes the main thread where it waits
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()
