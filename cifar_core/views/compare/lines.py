"""The lines of the table on Compare: runs, and recipes with several seeds as one; which are seen, which are ticked."""

from collections.abc import Sequence

from cifar_core.evaluation.intervals import Interval
from cifar_core.remembered import remembered
from cifar_core.runs.run import Run
from cifar_core.views.compare.repeats import RepeatGroup
from cifar_core.views.compare.table import RunRow

FEW = 4
"""Lines that are seen at first, beside those that are ticked: verdict and charts are to begin on the first screen."""

PER_PAGE = 40

Line = RunRow | RepeatGroup
"""A single run, or a recipe that was trained with several seeds: both have an id and a label."""


@remembered(most=16)
def list_lines(rows: Sequence[RunRow], groups: Sequence[RepeatGroup]) -> tuple[Line, ...]:
    """Put runs and groups into one order, most accurate first; after each group stand its runs.

    Parameters
    ----------
    rows : sequence of RunRow
        Best first.
    groups : sequence of RepeatGroup
        Of these runs.
    """
    members = {row.id for group in groups for row in group.rows}
    single: list[Line] = [*groups, *(row for row in rows if row.id not in members)]
    lines: list[Line] = []
    for line in sorted(single, key=_rank):
        lines.append(line)
        if isinstance(line, RepeatGroup):
            lines.extend(sorted(line.rows, key=_rank))
    return tuple(lines)


def _rank(line: Line) -> float:
    share = accuracy_of(line)
    return 1.0 if share is None else -share


def first_lines(lines: Sequence[Line], ticked: Sequence[str]) -> tuple[Line, ...]:
    """Return the best few lines and those that are ticked; single runs of a group wait behind it.

    Parameters
    ----------
    lines : sequence of Line
        As :func:`list_lines` gives them.
    ticked : sequence of str
        Ids that are seen in any case.
    """
    members = {row.id for line in lines if isinstance(line, RepeatGroup) for row in line.rows}
    seen = {line.id for line in [line for line in lines if line.id not in members][:FEW]} | set(ticked)
    return tuple(line for line in lines if line.id in seen)


def matching_lines(lines: Sequence[Line], text: str) -> tuple[Line, ...]:
    """Return the lines in whose names, models, recipes or tags every word of a text stands.

    Parameters
    ----------
    lines : sequence of Line
        As :func:`list_lines` gives them.
    text : str
        What somebody typed; small and capital letters are the same.
    """
    words = text.casefold().split()
    return tuple(line for line in lines if all(word in _searched(line) for word in words))


def _searched(line: Line) -> str:
    rows = (line,) if isinstance(line, RunRow) else line.rows
    parts = [line.label, line.id, *tags_of(line)]
    parts += [part for row in rows for part in (row.model, row.recipe or "")]
    return "\n".join(parts).casefold()


def tags_of(line: Line) -> tuple[str, ...]:
    """Return the tags of a run, or those of all runs of a group, each once."""
    rows = (line,) if isinstance(line, RunRow) else line.rows
    return tuple(dict.fromkeys(tag for row in rows for tag in row.notes.tags))


def ticked_after(before: Sequence[str], drawn: Sequence[str], ticked: Sequence[str]) -> list[str]:
    """Return what is chosen after a click in the table.

    Parameters
    ----------
    before : sequence of str
        Ids that were chosen; those on other pages of the table stay so.
    drawn : sequence of str
        Ids of the lines that the table shows.
    ticked : sequence of str
        Those of them that are ticked now.

    Returns
    -------
    list of str
        Those that were chosen before in their order, then the new one.
    """
    kept = [one for one in before if one in ticked or one not in drawn]
    return kept + [one for one in drawn if one in ticked and one not in kept]


def best_beside(lines: Sequence[Line], chosen: Sequence[str]) -> str | None:
    """Return whom a run that has just come is compared with, so that there is a verdict on it.

    Parameters
    ----------
    lines : sequence of Line
        As :func:`list_lines` gives them, without the new one.
    chosen : sequence of str
        Ids that were ticked.

    Returns
    -------
    str or None
        The best of the ticked lines on the pictures on screen, else the best of all; ``None`` where none was tested.
    """
    tested = [line.id for line in lines if line.same_data and accuracy_of(line) is not None]
    return next((one for one in tested if one in chosen), tested[0] if tested else None)


def accuracy_of(line: Line) -> float | None:
    """Return the test accuracy of a run, the mean one of a group; ``None`` before a test."""
    if isinstance(line, RunRow):
        return line.test_accuracy
    return line.repeats.mean if line.repeats else None


def interval_of(line: Line) -> Interval | None:
    """Return Wilson's interval of a run's accuracy, Student's of a group's mean; ``None`` where there is none."""
    if isinstance(line, RunRow):
        return line.interval
    return line.repeats.interval if line.repeats else None


def runs_of(line: Line) -> tuple[Run, ...]:
    """Return the runs that a line stands for."""
    return (line.run,) if isinstance(line, RunRow) else tuple(row.run for row in line.rows)


def name_of(line: Line) -> str:
    """Return the name that people gave it, without what tells it apart from others."""
    run = runs_of(line)[0]
    group = run.record.group if run.record and isinstance(line, RepeatGroup) else None
    return group.name if group else run.name


def can_be_ticked(line: Line) -> bool:
    """Tell whether a line can be compared: all but damaged runs."""
    return isinstance(line, RepeatGroup) or line.run.record is not None
