"""Who may change which run; pure."""

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.runs.run import Run

HIGHEST_FOR_STUDENTS = 0
"""A priority above it would put a student before the class."""


def may_change(user: User | None, run: Run) -> bool:
    """Tell whether somebody may stop, resume, move or delete a run.

    Everybody may look at every run. Instructors change all of them, students their own; a run without an owner
    (from the command line, or from before people logged in) belongs to the instructors.

    Parameters
    ----------
    user : User or None
        ``None`` where nobody logs in: then everything is allowed.
    run : Run
        Which run; one that ships with the project is nobody's to change.
    """
    if run.shipped:
        return False
    if user is None or user.is_instructor:
        return True
    return run.record is not None and run.record.owner == user.id


def check_may_change(user: User | None, run: Run, verb: str) -> None:
    """See to it that somebody may change a run.

    Parameters
    ----------
    user : User or None
        Who asks.
    run : Run
        Which run; none that ships with the project.
    verb : str
        What is asked for: ``"stop"``, ``"delete"`` …

    Raises
    ------
    RunError
        It belongs to somebody else.
    """
    if not may_change(user, run):
        raise RunError(
            f"The run “{run.id}” is not yours, so you cannot {verb} it. Its owner and the instructors can."
        )


def check_priority(user: User | None, priority: int, before: int = 0) -> None:
    """See to it that a student does not go before the class.

    Parameters
    ----------
    user : User or None
        Who asks.
    priority : int
        What is asked for.
    before : int
        What the run has now: an instructor may have lifted it.

    Raises
    ------
    RunError
        It is above 0 and higher than now, and the user is a student.
    """
    if user is not None and not user.is_instructor and priority > max(HIGHEST_FOR_STUDENTS, before):
        raise RunError(
            f"A priority above {HIGHEST_FOR_STUDENTS} is for instructors (asked for: {priority}). "
            "Students take turns: the first run of each comes before anybody's second one."
        )
