"""The columns of the table on Compare: what stands in them, and the order that they bring the lines into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_core.evaluation.balanced import BALANCED_RULE
from cifar_core.views.compare.lines import Line, accuracy_of, interval_of, tags_of
from cifar_core.views.compare.table import RunRow
from cifar_core.words.durations import duration_words
from cifar_core.words.numbers import percent

OWN = "Own"
"""The columns that somebody chose, beside the ready sets of :data:`COLUMNS`."""

_DOWN = "-"


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes
    ----------
    title : str
        Its heading.
    words : callable
        What stands there for a line; empty where there is nothing to say.
    number : callable, optional
        The number behind the words, ``None`` where there is none: by it lines are sorted, and it goes into files.
    explanation : str
        What it means, where the heading says too little.
    is_whole : bool
        Whether what stands there is never broken into two lines.
    """

    title: str
    words: Callable[[Line], str]
    number: Callable[[Line], float | None] | None = None
    explanation: str = ""
    is_whole: bool = True

    @property
    def is_number(self) -> bool:
        """Whether it is set flush right."""
        return self.number is not None

    def value(self, line: Line) -> float | str | None:
        """Return the number of a line, or its words; ``None`` where there is nothing to say."""
        return self.number(line) if self.number else self.words(line) or None


def _row(line: Line) -> RunRow:
    """Return a run; of several seeds, the first that was tested."""
    return line if isinstance(line, RunRow) else next(iter((*line.tested, *line.rows)))


def _counts(title: str, count: Callable[[RunRow], int | None], explanation: str = "") -> Column:
    def words(line: Line) -> str:
        value = count(_row(line))
        return "" if value is None else f"{value:,}"

    return Column(title, words, lambda line: count(_row(line)), explanation)


def _share(title: str, share: Callable[[Line], float | None], explanation: str) -> Column:
    def words(line: Line) -> str:
        value = share(line)
        return "" if value is None else percent(value)

    return Column(title, words, share, explanation)


def _text(title: str, words: Callable[[RunRow], str | None]) -> Column:
    return Column(title, lambda line: words(_row(line)) or "", is_whole=False)


def _balanced(line: Line) -> float | None:
    if isinstance(line, RunRow):
        return line.balanced_accuracy
    return None if line.balanced is None else line.balanced.mean


def _status(line: Line) -> str:
    if isinstance(line, RunRow):
        return line.run.status if line.run.record else "damaged"
    words = f"{len(line.tested)} of {len(line.rows)} tested"
    deviation = line.repeats.deviation if line.repeats else None
    return words if deviation is None else f"{words}, ± {100 * deviation:.2f}"


ACCURACY = _share(
    "Test accuracy", accuracy_of, "Share of test pictures recognised; of several seeds, their mean."
)
INTERVAL = Column(
    "95% interval",
    lambda line: "" if (interval := interval_of(line)) is None else interval.in_percent,
    explanation="Where the accuracy on new pictures of this kind lies: Wilson's confidence interval. Of several seeds, "
    "that of their mean (Student's t over the runs): it covers the chance in training, not the choice of test "
    "pictures.",
)
BALANCED = _share("Balanced accuracy", _balanced, BALANCED_RULE)
BAR = Column("0 to 100%", lambda _: "", explanation="The accuracy, and across its end its 95% interval.")
"""Drawn, not written."""

_TESTED_ON = _counts("Tested on", lambda row: row.test_pictures, "Number of test pictures.")
_STATUS = Column("Status", _status, explanation="After ±: standard deviation from run to run, in points.")
_TIME = Column(
    "Time",
    lambda line: duration_words(seconds) if (seconds := _row(line).training_seconds) else "",
    lambda line: _row(line).training_seconds,
    "Training time.",
)
_TAGS = Column("Tags", lambda line: ", ".join(tags_of(line)), is_whole=False)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "Accuracy": (ACCURACY, BAR, INTERVAL, BALANCED, _TESTED_ON, _STATUS, _TAGS),
    "Training": (
        ACCURACY,
        _counts("Parameters", lambda row: row.parameters),
        _counts("Epochs", lambda row: row.epochs, "Finished passes over the training pictures."),
        _TIME,
        _text("Recipe", lambda row: row.recipe),
        _text("Hardware", lambda row: row.hardware),
    ),
    "Data": (
        ACCURACY,
        _TESTED_ON,
        _text("Model", lambda row: row.model),
        _text("Data set", lambda row: row.data_name),
        _text("Data source", lambda row: row.data_source),
        _TAGS,
        _text("Note", lambda row: row.notes.note),
    ),
}
"""Columns that stand together, by what they are about: each set fits on a screen of 1280 pixels."""

EVERY: dict[str, Column] = {one.title: one for columns in COLUMNS.values() for one in columns}
"""All columns by their headings."""

OWN_AT_FIRST = ("Test accuracy", "95% interval", "Parameters", "Time", "Model")
"""What :data:`OWN` begins with."""

NAME = "Run"
"""Heading of the names of the lines, which can be sorted too."""


def columns_of(lines: Sequence[Line], about: str, own: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return the columns of one set, without those that are empty in all lines.

    Parameters
    ----------
    lines : sequence of Line
        Those that are drawn.
    about : str
        A key of :data:`COLUMNS`, or :data:`OWN`.
    own : sequence of str
        The headings that somebody chose, in that order.
    """
    if about == OWN:
        return tuple(EVERY[title] for title in own)
    tested = any(accuracy_of(line) is not None for line in lines)
    return tuple(
        one for one in COLUMNS[about] if any(one.words(line) for line in lines) or (one is BAR and tested)
    )


def own_columns(asked: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read which columns an address asks for.

    Parameters
    ----------
    asked : sequence of str
        Anything.

    Returns
    -------
    (tuple of str, tuple of str)
        The headings that there are, each once, in their order; and what there is not.
    """
    every = tuple(dict.fromkeys(asked))
    return tuple(one for one in every if one in EVERY), tuple(one for one in every if one not in EVERY)


@dataclass(frozen=True)
class Order:
    """What the lines are sorted by.

    Attributes
    ----------
    title : str
        Heading of a column.
    descending : bool
        Largest first.
    """

    title: str
    descending: bool

    @classmethod
    def parse(cls, text: str | None) -> "Order | None":
        """Read an order as an address has it: ``"Time"``, ``"-Parameters"``; ``None`` for what is none.

        Parameters
        ----------
        text : str or None
            Anything.
        """
        title = (text or "").removeprefix(_DOWN)
        return cls(title, (text or "").startswith(_DOWN)) if title in SORTED_BY else None

    def __str__(self) -> str:
        return f"{_DOWN if self.descending else ''}{self.title}"


SORTED_BY: tuple[str, ...] = (NAME, *(title for title, one in EVERY.items() if one not in (BAR, INTERVAL)))
"""Headings that lines can be sorted by; the bar and the interval go with the accuracy."""


def order_after(order: Order | None, title: str) -> Order | None:
    """Return the order after a click on a heading: first its own way, then the other way, then as it was.

    Parameters
    ----------
    order : Order or None
        The one before.
    title : str
        Of the heading; a browser may send anything, which changes nothing.
    """
    if title not in SORTED_BY:
        return order
    down = title in EVERY and EVERY[title].is_number  # of numbers, the largest first
    if order is None or order.title != title:
        return Order(title, down)
    return Order(title, not down) if order.descending == down else None


def sorted_lines(lines: Sequence[Line], order: Order | None) -> tuple[Line, ...]:
    """Bring the lines into an order; those of which nothing is known come last in both directions.

    Parameters
    ----------
    lines : sequence of Line
        Of equal ones the first stays the first.
    order : Order or None
        ``None`` leaves them as they are.
    """
    if order is None:
        return tuple(lines)
    value: Callable[[Line], Any] = (
        (lambda line: line.label) if order.title == NAME else EVERY[order.title].value
    )
    known = [line for line in lines if value(line) is not None]

    def key(line: Line) -> Any:
        found = value(line)
        return found.casefold() if isinstance(found, str) else found

    return (
        *sorted(known, key=key, reverse=order.descending),
        *(line for line in lines if value(line) is None),
    )


def line_columns(lines: Sequence[Line]) -> dict[str, list[Any]]:
    """Return the table with all its columns, by column: shares as fractions of 1, times in seconds.

    Parameters
    ----------
    lines : sequence of Line
        In their order.
    """
    table: dict[str, list[Any]] = {"id": [line.id for line in lines], NAME: [line.label for line in lines]}
    for title, one in EVERY.items():
        if one is BAR:
            continue
        if one is INTERVAL:
            ends = [interval_of(line) for line in lines]
            table["95% interval, low"] = [None if end is None else end.low for end in ends]
            table["95% interval, high"] = [None if end is None else end.high for end in ends]
        else:
            table["Time (s)" if one is _TIME else title] = [one.value(line) for line in lines]
    return table
