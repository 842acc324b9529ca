"""The way through the pictures of a cell: which one is shown in Explain, and which come before and after it."""

from collections.abc import Iterable
from dataclasses import dataclass

from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.runs.run import Run
from cifar_core.views.compare.cell import PER_PAGE, OpenCell, open_cell
from cifar_core.views.compare.page import ComparedRun
from cifar_core.views.compare.table import list_rows


@dataclass(frozen=True, eq=False)
class Walk:
    """A cell of a confusion matrix whose pictures are looked at one after the other.

    Attributes
    ----------
    cell : OpenCell
        Which one.
    position : int or None
        Of the picture that is shown, from 0 in the order of the gallery; ``None`` where it is none of them.
    """

    cell: OpenCell
    position: int | None

    @property
    def sentence(self) -> str:
        """Which picture this is: ``"3 of 87 pictures of cat taken for dog by speedrun"``."""
        return self.cell.title if self.position is None else f"{self.position + 1:,} of {self.cell.title}"

    @property
    def before(self) -> int | None:
        """The test picture before this one; ``None`` at the beginning."""
        return self.cell.indices[self.position - 1] if self.position else None

    @property
    def after(self) -> int | None:
        """The test picture after this one, the first where none of them is shown; ``None`` at the end."""
        coming = 0 if self.position is None else self.position + 1
        return self.cell.indices[coming] if coming < self.cell.count else None

    @property
    def page(self) -> int:
        """The page of the gallery that the picture stands on, from 1."""
        return 1 + (self.position or 0) // PER_PAGE

    @property
    def position_on_page(self) -> int | None:
        """Where on that page, from 0; ``None`` where it is none of the pictures."""
        return None if self.position is None else self.position % PER_PAGE


def find_walk(
    runs: Iterable[Run], dataset: Dataset, cell: str | None, of: str | None, index: int
) -> tuple[Walk | None, str | None]:
    """Find the cell that an address names.

    Parameters
    ----------
    runs : iterable of Run
        All of them.
    dataset : Dataset
        The one on screen.
    cell : str or None
        Such as ``"cat,dog"``; with ``None`` there is no walk.
    of : str or None
        Id of the run whose matrix it is in.
    index : int
        The test picture that is shown.

    Returns
    -------
    (Walk or None, str or None)
        The way, and a sentence when the address names what there is not.
    """
    if cell is None:
        return None, None
    row = next((row for row in list_rows(tuple(runs), dataset) if row.id == of), None)
    if row is None or row.run.record is None or row.run.record.data is None:
        return None, f"There is no run “{(of or '')[:80]}” whose cell “{cell[:80]}” could be walked through."
    if not row.same_data:
        return None, f"“{row.label}” was tested on other pictures than those on screen."
    try:
        compared = ComparedRun(row, row.run.record.data, evaluate_run(row.run))
    except RunError as problem:
        return None, str(problem)
    opened, note = open_cell([compared], cell, of)
    if opened is None:
        return None, note
    indices = opened.indices
    return Walk(opened, indices.index(index) if index in indices else None), None
