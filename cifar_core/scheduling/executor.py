"""What the supervisor needs of whatever runs workers: this machine, or a cluster."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from cifar_core.runs.run import Run


@dataclass(frozen=True)
class Ending:
    """How a worker ended that left no final status.

    Attributes
    ----------
    sentence : str
        For the person at the screen.
    retry : bool
        The machine was lost, not the training: the run goes on elsewhere from its last checkpoint.
    """

    sentence: str
    retry: bool = False


class Job(Protocol):
    """A worker that was started for a run."""

    @property
    def where(self) -> str:
        """Process and device, for the supervisor's log."""

    def alive(self) -> bool:
        """Whether it still runs, or waits to."""

    def kill(self) -> None:
        """End it without asking."""

    def ending(self) -> Ending | None:
        """Say how it ended; only asked when it is not alive.

        ``None`` where that does not matter any more: the run has been queued anew since.
        """


class Executor(Protocol):
    """Starts workers and finds those that an earlier supervisor started."""

    def find(self, run: Run) -> Job | None:
        """Return the worker of a run that is under way, ``None`` if it has none."""

    def start(self, run: Run, jobs: Collection[Job]) -> Job | None:
        """Start a worker for a queued run; ``None`` while there is no room beside ``jobs``.

        Parameters
        ----------
        run : Run
            A run that waits.
        jobs : collection of Job
            Workers that the supervisor watches: of this executor, or of runs trained beside it.

        Raises
        ------
        RunError
            The run can never be started here.
        """

    def lost(self, run: Run) -> Ending | None:
        """Say what became of the worker of a run under way for which :meth:`find` returns nothing.

        ``None`` where it may still be alive, out of sight.
        """
