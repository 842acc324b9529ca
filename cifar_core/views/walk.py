"""The way through the pictures of a set: which one Explain shows, and which come before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.errors import RunError
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.runs.run import Run
from cifar_core.views.compare.cell import PER_PAGE, open_cell
from cifar_core.views.compare.page import ComparedRun
from cifar_core.views.compare.table import list_rows
from cifar_core.views.picture_set import SetOnScreen


@dataclass(frozen=True, eq=False)
class Walk:
    """A set whose pictures are looked at one after the other.

    Attributes
    ----------
    shown : SetOnScreen
        Which set.
    split : {"train", "test"}
        Its pictures of this split are walked through.
    index : int
        The picture that is shown, of the same split; it need not be one of them.
    """

    shown: SetOnScreen
    split: SplitName
    index: int

    @cached_property
    def indices(self) -> tuple[int, ...]:
        """The pictures in order."""
        return tuple(self.shown.indices(self.split).tolist())

    @cached_property
    def position(self) -> int | None:
        """Of the picture that is shown, from 0; ``None`` where it is none of them."""
        return self.indices.index(self.index) if self.index in self.indices else None

    @property
    def title(self) -> str:
        """What is walked through: ``"87 pictures of cat taken for dog by speedrun"``."""
        return self.shown.counted(self.split)

    @property
    def sentence(self) -> str:
        """Which picture this is: ``"3 of 87 pictures of cat taken for dog by speedrun"``."""
        return self.title if self.position is None else f"{self.position + 1:,} of {self.title}"

    @property
    def before(self) -> int | None:
        """The picture before this one; ``None`` at the beginning."""
        return self.indices[self.position - 1] if self.position else None

    @property
    def after(self) -> int | None:
        """The picture after this one, the first where none of them is shown; ``None`` at the end."""
        coming = 0 if self.position is None else self.position + 1
        return self.indices[coming] if coming < len(self.indices) else None

    @property
    def page(self) -> int:
        """The page of the set's wall that the picture stands on, from 1."""
        return 1 + (self.position or 0) // PER_PAGE

    @property
    def position_on_page(self) -> int | None:
        """Where on that page, from 0; ``None`` where it is none of the pictures."""
        return None if self.position is None else self.position % PER_PAGE


def expression_of_cell(
    runs: Sequence[Run], dataset: Dataset, cell: str, of: str | None
) -> tuple[str | None, str | None]:
    """Return the set that an address means by a cell of a run's confusion matrix.

    Parameters
    ----------
    runs : sequence of Run
        All of them.
    dataset : Dataset
        The one on screen.
    cell : str
        Such as ``"cat,dog"``.
    of : str or None
        Id of the run whose matrix it is in.

    Returns
    -------
    (str or None, str or None)
        The expression, and a sentence when the address names what there is not.
    """
    row = next((row for row in list_rows([run for run in runs if run.id == of], dataset)), None)
    if row is None or row.run.record is None or row.run.record.data is None:
        return None, f"There is no run “{(of or '')[:80]}” whose cell “{cell[:80]}” could be walked through."
    if not row.same_data:
        return None, f"“{row.label}” was tested on other pictures than those on screen."
    try:
        compared = ComparedRun(row, row.run.record.data, evaluate_run(row.run))
    except RunError as problem:
        return None, str(problem)
    opened, note = open_cell([compared], cell, of)
    return (None, note) if opened is None else (opened.expression, None)
