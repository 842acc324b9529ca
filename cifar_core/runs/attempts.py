"""A run that was stopped or failed can go on: from where, and how often it did."""

from cifar_core.errors import RunError
from cifar_core.runs.layout import RunPaths, checkpoint_files
from cifar_core.runs.record import RunRecord
from cifar_core.words.counts import counted
from cifar_core.words.durations import hours_words


def continues_after(paths: RunPaths) -> int:
    """Return the number of finished epochs that a resumed run goes on after; zero if it starts from the beginning.

    The newest checkpoint is taken by its name. Should it turn out to be spoiled, the worker takes the one before.
    """
    files = checkpoint_files(paths.checkpoint)
    return int(files[0].stem[6:]) if files else 0


def working_seconds(record: RunRecord, now: float) -> float:
    """Return the seconds that were spent on a run in all its attempts, the one under way included.

    Parameters
    ----------
    record : RunRecord
        What ``run.json`` says; ``started`` and ``ended`` are those of the newest attempt.
    now : float
        Seconds since 1970, the end of an attempt that is still under way.
    """
    earlier = [
        (attempt.ended - attempt.started).total_seconds()
        for attempt in record.attempts
        if attempt.started is not None and attempt.ended is not None
    ]
    if record.started is not None:
        end = now if record.ended is None else record.ended.timestamp()
        earlier.append(end - record.started.timestamp())
    return sum(max(0.0, seconds) for seconds in earlier)  # A clock that was set back takes nothing away.


def hours_are_used_up(record: RunRecord, now: float, hours: float | None) -> bool:
    """Tell whether a run has been trained for as long as it may be.

    Parameters
    ----------
    record : RunRecord
        What ``run.json`` says.
    now : float
        Seconds since 1970.
    hours : float or None
        The most that is allowed, all attempts together: ``hours_allowed`` of the record, if not something new.
    """
    return hours is not None and working_seconds(record, now) >= hours * 3600


def trained_for(hours: float | None) -> str:
    """Say that the hours of a run are used up: what follows its name, or “It”."""
    return (
        f"has been trained for {hours_words(hours or 0)}, the most that is allowed for each run of a student"
    )


def check_hours_left(record: RunRecord, hours: float | None, now: float) -> None:
    """See to it that a run may be trained further.

    Parameters
    ----------
    record : RunRecord
        What ``run.json`` says.
    hours : float or None
        The most that is allowed to whoever asks.
    now : float
        Seconds since 1970.

    Raises
    ------
    RunError
        Its hours are used up.
    """
    if hours_are_used_up(record, now, hours):
        raise RunError(
            f"The run “{record.id}” {trained_for(hours)}. An instructor can resume it; it goes on after its last "
            "checkpoint."
        )


def tell_attempts(record: RunRecord) -> str | None:
    """Say in a line how often a run was resumed and why: ``"Resumed twice: stopped after epoch 3, …"``.

    ``None`` for a run that never was.
    """
    if not record.attempts:
        return None
    count = len(record.attempts)
    often = {1: "once", 2: "twice"}.get(count, counted(count, "time"))
    ends = [
        attempt.status
        if attempt.continued_after is None
        else f"{attempt.status} {_after(attempt.continued_after)}"
        for attempt in record.attempts[-5:]
    ]
    more = "… " if count > 5 else ""
    return f"Resumed {often}: {more}{', '.join(ends)}."


def _after(epoch: int) -> str:
    return f"after epoch {epoch}" if epoch else "before the first epoch was done"
