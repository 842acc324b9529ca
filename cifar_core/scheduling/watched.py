"""A worker as the supervisor sees it: whether it stops when asked, gives signs of life, and has time left."""

import time
from datetime import datetime
from pathlib import Path

from cifar_core.runs.attempts import hours_are_used_up
from cifar_core.runs.run import Run
from cifar_core.scheduling.executor import Job

STOP_SECONDS = 2.3
"""A worker that has not ended itself so long after the request is killed: a stop takes less than three seconds."""
HANG_SECONDS = 300.0
"""A worker that has not been heard from for so long, though its process is there, is killed: others wait."""
STILL_SECONDS = 1800.0
"""A worker whose heart beats, but which has made no step for so long, is ended: one step of the slowest training, its
first compilation included, takes minutes on the slowest machine."""

_HUNG = (
    "The training process gave no sign of life for {:.0f} seconds and was ended, so that others can train. Resume "
    "the run to go on after its last checkpoint."
)
_STILL = (
    "The training process made no step for {:.0f} minutes and was ended, so that others can train. Resume the "
    "run to go on after its last checkpoint."
)


class Watched:
    """One worker of one attempt; how long something takes is counted by the clock that nobody can set.

    Parameters
    ----------
    job : Job
        The worker.
    attempt : int
        How often its run had been resumed when it was started.

    Attributes
    ----------
    ended_for : str or None
        Why it was ended, as a sentence for the page, where it gave cause.
    """

    def __init__(self, job: Job, attempt: int) -> None:
        self.job = job
        self.attempt = attempt
        self.ended_for: str | None = None
        self._stop_seen: float | None = None
        self._stalled_since: float | None = None
        self._started: datetime | None = None
        self._started_seen = (0.0, 0.0)

    def stop_overdue(self, stop_file: Path) -> bool:
        """Whether it was asked to stop and has not done so in time."""
        try:
            requested = time.time() - stop_file.stat().st_mtime
        except OSError:
            return False
        # The file's age counts the time before this supervisor, too; the monotonic clock cannot be set back.
        self._stop_seen = self._stop_seen or time.monotonic()
        return max(requested, time.monotonic() - self._stop_seen) > STOP_SECONDS

    def cause_to_end(self, run: Run, hang_seconds: float, still_seconds: float) -> str | None:
        """Return why it has to be ended, as words for the log, and remember it as a sentence; ``None`` if it has not.

        Parameters
        ----------
        run : Run
            Its run as it is now.
        hang_seconds : float
            How long it may be silent.
        still_seconds : float
            How long it may make no step. Opening the data before takes as long as there is data.
        """
        if run.status != "stalled":
            self._stalled_since = None
        else:
            self._stalled_since = self._stalled_since or time.monotonic()
            if time.monotonic() - self._stalled_since > hang_seconds:
                self.ended_for = _HUNG.format(hang_seconds)
                return f"no heartbeat for {hang_seconds:.0f} s"
        beat = run.heartbeat
        if beat is not None and beat.epoch > 0 and beat.still_seconds >= still_seconds:
            self.ended_for = _STILL.format(still_seconds / 60)
            return f"no step for {still_seconds:.0f} s"
        return None

    def time_is_up(self, run: Run) -> bool:
        """Whether its run has been trained for as long as it may be and has to be asked to stop, once."""
        record = run.record
        if record is None or record.started is None or run.paths.stop.exists():
            return False
        if record.started != self._started:
            self._started, self._started_seen = record.started, (time.time(), time.monotonic())
        clock, moment = self._started_seen
        return hours_are_used_up(record, clock + time.monotonic() - moment, record.hours_allowed)
