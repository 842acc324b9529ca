"""What Compare shows of a run over its epochs: the answers for the validation pictures, one epoch after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cifar_core.evaluation.over_epochs import OverEpochs, epochs_of, has_epochs
from cifar_core.picture_sets.expression import Word
from cifar_core.views.compare.page import ComparedRun
from cifar_core.views.compare.table import RunRow
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.counts import counted

WITHOUT = (
    "None of the ticked runs kept what it said after each epoch. A training keeps that from now on, unless *Keep each "
    "epoch's predictions* is off."
)
_MOST_OFFERED = 3
"""Other runs that kept their epochs, offered where none that is ticked did."""

_MOST_EVENTS = 4
"""Pictures that were forgotten so often, or more often, share a line."""


@dataclass(frozen=True, eq=False)
class EpochsOnScreen:
    """A run over its epochs, all its validation pictures or those in a set.

    Attributes
    ----------
    run_id, label : str
        Which run, and what it is called.
    class_names : tuple of str
        The index is the label.
    over : OverEpochs
        What is shown.
    within : str or None
        The expression of the set that the pictures were taken from.
    notes : tuple of str
        Sentences on what is not seen here.
    """

    run_id: str
    label: str
    class_names: tuple[str, ...]
    over: OverEpochs
    within: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def epochs(self) -> list[int]:
        """Epochs that can be shown, counted from 1."""
        return [int(epoch) for epoch in self.over.kept.epochs]

    @property
    def pictures(self) -> int:
        """How many validation pictures are counted."""
        return len(self.over.kept.labels)

    def sentence(self, number: int) -> str:
        """Say how right and how sure the network was after an epoch.

        Parameters
        ----------
        number : int
            Of the kept epochs, from 0.
        """
        right, sure = self.over.accuracy[number], self.over.mean_confidence[number]
        return (
            f"After epoch {self.epochs[number]}: {right:.1%} of {counted(self.pictures, 'validation picture')} right, "
            f"and the network {sure:.1%} sure on average (mean confidence)."
        )

    def flips(self, number: int) -> tuple[int, int]:
        """Return how many pictures were learnt, and how many lost, since the epoch before.

        Parameters
        ----------
        number : int
            Of the kept epochs, from 0.
        """
        return int(self.over.learnt(number).sum()), int(self.over.lost(number).sum())

    def set_of(self, name: str, *parts: object) -> str:
        """Return the expression of one of this run's sets, within the set on screen.

        Parameters
        ----------
        name : str
            Of a function that takes this run first, such as ``"lost_at"``.
        *parts : object
            What follows the run; a class by its name.
        """
        inside = ", ".join(str(Word(str(part))) for part in (self.run_id, *parts))
        return self._within(f"{name}({inside})")

    def forgetting(self) -> tuple[dict[str, list[Any]], list[str]]:
        """Return the table of forgetting events by column, and the set of each line."""
        events, never = self.over.forgotten, self.over.never_learnt
        run = Word(self.run_id)
        kept = f"validated({run}) and forgotten({run}, 0) and not never_learnt({run})"
        lines = [("none: once right, always right", (events == 0) & ~never, kept)]
        for count in range(1, _MOST_EVENTS):
            lines.append((str(count), events == count, f"forgotten({run}, {count})"))
        lines.append(
            (f"{_MOST_EVENTS} and more", events >= _MOST_EVENTS, f"forgotten({run}, {_MOST_EVENTS}..)")
        )
        lines.append(("never learnt: right after no epoch", never, f"never_learnt({run})"))
        counts = [int(mask.sum()) for _, mask, _ in lines]
        columns: dict[str, list[Any]] = {
            "Forgetting events": [name for name, _, _ in lines],
            "Pictures": counts,
            "Share": [100 * count / self.pictures if self.pictures else None for count in counts],
        }
        return columns, [self._within(text) for _, _, text in lines]

    def _within(self, text: str) -> str:
        return text if self.within is None else f"({text}) and ({self.within})"


def cell_words(class_names: Sequence[str], true: int, predicted: int) -> str:
    """Say which cell of a matrix it is: ``"cat taken for dog"``.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    true, predicted : int
        Row and column.
    """
    shown = class_names[true]
    return f"{shown} recognised" if true == predicted else f"{shown} taken for {class_names[predicted]}"


def runs_over_epochs(
    rows: Sequence[RunRow], ids: Sequence[str], compared: Sequence[ComparedRun]
) -> dict[str, RunRow]:
    """Return the runs on screen that kept their epochs, tested or not, by id.

    Parameters
    ----------
    rows : sequence of RunRow
        All runs.
    ids : sequence of str
        The ticked ones.
    compared : sequence of ComparedRun
        Those whose matrices are shown: of several seeds the median.
    """
    shown = {*ids, *(one.id for one in compared)}
    return {row.id: row for row in rows if row.id in shown and has_epochs(row.run)}


def offered_over_epochs(rows: Sequence[RunRow]) -> tuple[RunRow, ...]:
    """Return runs to look at where none that is ticked kept its epochs: the newest three on the same pictures.

    Parameters
    ----------
    rows : sequence of RunRow
        All runs.
    """
    kept = [row for row in rows if row.same_data and has_epochs(row.run)]
    return tuple(sorted(kept, key=lambda row: row.id, reverse=True)[:_MOST_OFFERED])


def open_over_epochs(row: RunRow, within: SetOnScreen | None = None) -> EpochsOnScreen:
    """Read what a run kept of its epochs.

    Parameters
    ----------
    row : RunRow
        Which run.
    within : SetOnScreen, optional
        Only its pictures are counted, where it has validation pictures of the run.

    Raises
    ------
    RunError
        It cannot be read.
    """
    over, notes = epochs_of(row.run), []
    assert row.run.record is not None  # epochs_of() refuses a run without one.
    assert row.run.record.data is not None
    kept = over.kept
    if not over.is_complete:
        notes.append(
            f"Of {counted(int(kept.epochs[-1]), 'epoch')} this run kept {len(kept.epochs):,}. What it learnt and lost "
            "in between does not count."
        )
    if kept.left_out:
        notes.append(f"Left out, because damaged: {counted(kept.left_out, 'epoch')}. Copy the run anew.")
    text = None
    if within is not None:
        part = over.of(within.indices("train")) if row.same_data else None
        if part is not None and len(part.kept.labels):
            over, text = part, within.text
        else:
            notes.append("The set on screen has no validation picture of this run: all of them are shown.")
    return EpochsOnScreen(row.id, row.label, row.run.record.data.class_names, over, text, tuple(notes))
