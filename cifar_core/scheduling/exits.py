"""How a worker ended that could not say so itself, in words."""

import signal

from cifar_core.runs.outcome import DISK_FULL, EXIT_DISK_FULL

KILLED = -9
"""How :mod:`subprocess` tells the end of a process by SIGKILL."""
KILLED_HINT = "Most often the machine had run out of memory: try a smaller batch."


def describe_exit(exit_code: int | None) -> str:
    """Say in a sentence how a worker ended that left no final status.

    Parameters
    ----------
    exit_code : int or None
        As :mod:`subprocess` gives it: negative for a signal. ``None`` if nobody saw it end.
    """
    if exit_code is None:
        return (
            "The training process is gone and left no word: the machine was restarted, or somebody ended it. "
            "The run can be resumed."
        )
    if exit_code == EXIT_DISK_FULL:
        return DISK_FULL
    if exit_code >= 0:
        return f"The training process ended with exit code {exit_code} before it was done; see the log."
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = str(-exit_code)
    hint = f" {KILLED_HINT}" if exit_code == KILLED else ""
    return f"The training process was ended by signal {name}; see the log.{hint}"
