"""The lines of the table on Compare: runs, and recipes with several seeds as one; which are seen, which are ticked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cifar_core.evaluation.balanced import BALANCED_RULE
from cifar_core.evaluation.intervals import Interval
from cifar_core.runs.run import Run
from cifar_core.views.compare.repeats import RepeatGroup
from cifar_core.views.compare.table import RunRow
from cifar_core.words.durations import duration_words
from cifar_core.words.numbers import percent

FEW = 6
"""Lines that are seen at first, beside those that are ticked: the verdict is to stand on the first screen too."""

PER_PAGE = 40

Line = RunRow | RepeatGroup
"""A single run, or a recipe that was trained with several seeds: both have an id and a label."""


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


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes
    ----------
    title : str
        Its heading.
    words : callable
        What stands there for a line; empty where there is nothing to say.
    explanation : str
        What it means, where the heading says too little.
    is_number : bool
        Whether it is set flush right.
    is_whole : bool
        Whether what stands there is never broken into two lines.
    """

    title: str
    words: Callable[[Line], str]
    explanation: str = ""
    is_number: bool = False
    is_whole: bool = True


def _of_run(words: Callable[[RunRow], str | None]) -> Callable[[Line], str]:
    """Say something of a run; of several seeds, of the first that was tested."""

    def of_line(line: Line) -> str:
        row = line if isinstance(line, RunRow) else next(iter((*line.tested, *line.rows)))
        return words(row) or ""

    return of_line


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _balanced(line: Line) -> str:
    if isinstance(line, RunRow):
        return "" if line.balanced_accuracy is None else percent(line.balanced_accuracy)
    return "" if line.balanced is None else percent(line.balanced.mean)


def _status(line: Line) -> str:
    if isinstance(line, RunRow):
        return line.run.status if line.run.record else "damaged"
    words = f"{len(line.tested)} of {len(line.rows)} tested"
    deviation = line.repeats.deviation if line.repeats else None
    return words if deviation is None else f"{words}, ± {100 * deviation:.2f}"


ACCURACY = Column(
    "Test accuracy",
    lambda line: "" if (share := accuracy_of(line)) is None else percent(share),
    "Share of test pictures recognised; of several seeds, their mean.",
    is_number=True,
)
INTERVAL = Column(
    "95% interval",
    lambda line: "" if (interval := interval_of(line)) is None else interval.in_percent,
    "Where the accuracy on new pictures of this kind lies: Wilson's confidence interval. Of several seeds, that of "
    "their mean (Student's t over the runs): it covers the chance in training, not the choice of test pictures.",
)
BALANCED = Column("Balanced accuracy", _balanced, BALANCED_RULE, is_number=True)
BAR = Column("0 to 100%", lambda _: "", "The accuracy, and across its end its 95% interval.")
"""Drawn, not written."""

_TESTED_ON = Column(
    "Tested on", _of_run(lambda row: _number(row.test_pictures)), "Number of test pictures.", is_number=True
)
_STATUS = Column("Status", _status, "After ±: standard deviation from run to run, in points.")
COLUMNS: dict[str, tuple[Column, ...]] = {
    "Accuracy": (ACCURACY, BAR, INTERVAL, BALANCED, _TESTED_ON, _STATUS),
    "Training": (
        ACCURACY,
        Column("Parameters", _of_run(lambda row: _number(row.parameters)), is_number=True),
        Column(
            "Epochs",
            _of_run(lambda row: _number(row.epochs)),
            "Finished passes over the training pictures.",
            is_number=True,
        ),
        Column(
            "Time",
            _of_run(lambda row: duration_words(row.training_seconds) if row.training_seconds else None),
            "Training time.",
            is_number=True,
        ),
        Column("Recipe", _of_run(lambda row: row.recipe), is_whole=False),
        Column("Hardware", _of_run(lambda row: row.hardware), is_whole=False),
    ),
    "Data": (
        ACCURACY,
        _TESTED_ON,
        Column("Model", _of_run(lambda row: row.model), is_whole=False),
        Column("Data set", _of_run(lambda row: row.data_name), is_whole=False),
        Column("Data source", _of_run(lambda row: row.data_source), is_whole=False),
    ),
}
"""Columns that stand together, by what they are about: each set fits on a screen of 1280 pixels."""


def columns_of(lines: Sequence[Line], about: str) -> tuple[Column, ...]:
    """Return the columns of one set, without those that are empty in all lines.

    Parameters
    ----------
    lines : sequence of Line
        Those that are drawn.
    about : str
        A key of :data:`COLUMNS`.
    """
    tested = any(accuracy_of(line) is not None for line in lines)
    return tuple(
        one for one in COLUMNS[about] if any(one.words(line) for line in lines) or (one is BAR and tested)
    )


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
