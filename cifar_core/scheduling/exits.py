"""How a worker ended that could not say so itself, in a sentence for the page."""

from cifar_core.runs.outcome import DISK_FULL, EXIT_DISK_FULL
from cifar_core.system.exits import KILLED, how_it_ended

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
    hint = f" {KILLED_HINT}" if exit_code in (KILLED, 128 - KILLED) else ""
    return f"The training process {how_it_ended(exit_code)} before it was done; see the log.{hint}"
