"""How much one person, and all together, may use; pure."""

from dataclasses import dataclass

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.sizes import data_size
from cifar_core.words.counts import counted
from cifar_core.words.durations import hours_words, rough_duration_words


@dataclass(frozen=True)
class Limits:
    """The most that is allowed.

    Attributes
    ----------
    runs_per_student : int
        Runs queued and running at a time.
    bytes_per_student : int
        Disk space for the runs of one student.
    bytes_in_all : int or None
        Disk space for all runs; ``None`` for as much as there is.
    hours_per_run : float or None
        Hours that one run of a student may be trained; ``None`` for as long as it takes.
    """

    runs_per_student: int
    bytes_per_student: int
    bytes_in_all: int | None = None
    hours_per_run: float | None = None


@dataclass(frozen=True)
class Usage:
    """What is used now.

    Attributes
    ----------
    runs : int
        Runs of this person that are queued or running.
    own_bytes : int
        Disk space of this person's runs.
    all_bytes : int
        Disk space of everybody's runs.
    """

    runs: int
    own_bytes: int
    all_bytes: int


def check_limits(user: User, usage: Usage, limits: Limits, *, more: int = 1) -> None:
    """See to it that somebody may queue runs; instructors are held by the space for all alone.

    Parameters
    ----------
    user : User
        Who asks.
    usage : Usage
        What is used before.
    limits : Limits
        What is allowed.
    more : int
        How many runs are asked for.

    Raises
    ------
    RunError
        A limit is reached; the sentence has the numbers and what to do.
    """
    if not user.is_instructor:
        if usage.runs + more > limits.runs_per_student:
            raise RunError(_too_many(usage.runs, limits.runs_per_student, more))
        if usage.own_bytes >= limits.bytes_per_student:
            raise RunError(
                f"Your runs take {data_size(usage.own_bytes)} on the disk, and "
                f"{data_size(limits.bytes_per_student)} are allowed for each student. "
                "Delete runs that you do not need any more."
            )
    if limits.bytes_in_all is not None and usage.all_bytes >= limits.bytes_in_all:
        who = "Delete" if user.is_instructor else "Delete some of yours, or ask your instructor to delete"
        raise RunError(
            f"All runs together take {data_size(usage.all_bytes)} on the disk, and "
            f"{data_size(limits.bytes_in_all)} are allowed. {who} runs that nobody needs any more."
        )


def hours_for(user: User | None, limits: Limits | None) -> float | None:
    """Return the hours that somebody's run may be trained; ``None`` for as long as it takes, as with instructors.

    Parameters
    ----------
    user : User or None
        Who asks for the run; ``None`` where nobody logs in.
    limits : Limits or None
        What is allowed.
    """
    return None if user is None or user.is_instructor or limits is None else limits.hours_per_run


def check_hours(user: User | None, limits: Limits | None, seconds: float | None) -> None:
    """See to it that a run does not take longer than somebody's runs may.

    Parameters
    ----------
    user : User or None
        Who asks; ``None`` where nobody logs in.
    limits : Limits or None
        What is allowed.
    seconds : float or None
        What the run is expected to take; ``None`` where that is not known: it is stopped when its time is up.

    Raises
    ------
    RunError
        It takes longer; the sentence has the numbers and what to do.
    """
    hours = hours_for(user, limits)
    if hours is not None and seconds is not None and seconds > hours * 3600:
        raise RunError(
            f"A run like this takes about {rough_duration_words(seconds)} here, and a student's run may be trained for "
            f"{hours_words(hours)}. Ask for fewer epochs or a smaller network, or ask your instructor."
        )


def usage_sentence(usage: Usage, limits: Limits) -> str:
    """Say how much of what is allowed a student uses.

    Parameters
    ----------
    usage : Usage
        What is used now.
    limits : Limits
        What is allowed; the space for all runs together is not told.

    Examples
    --------
    >>> usage_sentence(Usage(2, 1_200_000_000, 0), Limits(10, 5_000_000_000))
    '2 of 10 runs waiting or running · 1.2 GB of 5 GB on the disk'
    """
    return (
        f"{usage.runs} of {counted(limits.runs_per_student, 'run')} waiting or running · "
        f"{data_size(usage.own_bytes)} of {data_size(limits.bytes_per_student)} on the disk"
    )


def _too_many(runs: int, most: int, more: int) -> str:
    wanted = "" if more == 1 else f"You asked for {counted(more, 'run')}. "
    if not most:
        return "Students may not start runs here. Ask your instructor."
    if not runs:
        return f"{wanted}{most} at a time {'is' if most == 1 else 'are'} allowed for each student. Ask for fewer."
    return (
        f"{wanted}You have {counted(runs, 'run')} waiting or running, and {most} at a time "
        f"{'is' if most == 1 else 'are'} allowed for each student. Wait until one has ended, or stop one."
    )
