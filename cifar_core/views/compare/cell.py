"""One cell of a confusion matrix and the very pictures in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.picture_sets.expression import Word
from cifar_core.remembered import remembered
from cifar_core.runs.record import DataProvenance
from cifar_core.views.compare.page import ComparedRun
from cifar_core.views.picture_wall import WallPage
from cifar_core.words.counts import counted

PER_PAGE = 16
COLUMNS = 4


@dataclass(frozen=True, eq=False)
class OpenCell:
    """A cell that is open.

    Attributes
    ----------
    of : ComparedRun
        Whose matrix.
    true, predicted : int
        Row and column.
    """

    of: ComparedRun
    true: int
    predicted: int

    @property
    def text(self) -> str:
        """The cell as the URL names it."""
        return cell_text(self.of.data.class_names, self.true, self.predicted)

    @property
    def expression(self) -> str:
        """The cell as a picture set, most confident first."""
        names, run = self.of.data.class_names, Word(self.of.id)
        return f"sort(cell({run}, {Word(names[self.true])}, {Word(names[self.predicted])}), confidence({run}), down)"

    @property
    def count(self) -> int:
        """Number of pictures in it."""
        return int(self.of.evaluation.matrix.counts[self.true, self.predicted])

    @property
    def indices(self) -> tuple[int, ...]:
        """Numbers of its pictures in the test split, most confident first."""
        rows = self.of.evaluation.matrix.cell(self.true, self.predicted)
        return tuple(self.of.evaluation.matrix.predictions.indices[rows].tolist())

    @property
    def pages(self) -> int:
        """Number of pages of the wall, at least 1."""
        return max(1, -(-self.count // PER_PAGE))

    @property
    def title(self) -> str:
        """What the cell holds, in words."""
        names = self.of.data.class_names
        true, predicted = names[self.true], names[self.predicted]
        pictures = counted(self.count, "picture")
        if self.true == self.predicted:
            return f"{pictures} of {true} recognised by {self.of.row.label}"
        return f"{pictures} of {true} taken for {predicted} by {self.of.row.label}"


def cell_text(class_names: Sequence[str], true: int, predicted: int) -> str:
    """Return a cell as the URL names it: cats taken for dogs are ``cat,dog``.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    true, predicted : int
        Row and column of the cell: labels, from 0.

    Examples
    --------
    >>> cell_text(["bird", "cat", "dog"], 1, 2)
    'cat,dog'
    """
    return f"{class_names[true]},{class_names[predicted]}"


def cell_named(class_names: Sequence[str], text: str) -> tuple[int, int] | None:
    """Find the cell that the URL names: what :func:`cell_text` wrote; ``None`` where there is no such cell.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    text : str
        Such as ``"cat,dog"``.
    """
    numbers = {name: number for number, name in enumerate(class_names)}
    # A class name may hold a comma itself: every comma is tried.
    for position in (at for at, sign in enumerate(text) if sign == ","):
        true, predicted = numbers.get(text[:position]), numbers.get(text[position + 1 :])
        if true is not None and predicted is not None:
            return true, predicted
    return None


def cell_options(matrix: ConfusionMatrix, class_names: Sequence[str]) -> dict[str, str]:
    """Return all cells with pictures: as the URL names them, and in words.

    The most frequent mistakes come first, what was recognised last.

    Parameters
    ----------
    matrix : ConfusionMatrix
        Of the run whose cells can be opened.
    class_names : sequence of str
        Of the same run; the index is the label.

    Returns
    -------
    dict of str to str
        ``{"cat,dog": "cat taken for dog (12)", …}``; cells without pictures are left out.
    """
    return dict(_options(matrix, class_names))


@remembered(most=32)
def _options(matrix: ConfusionMatrix, class_names: Sequence[str]) -> dict[str, str]:
    mistakes = matrix.top_confusions(matrix.class_count**2)
    options = {
        cell_text(class_names, one.true, one.predicted): (
            f"{class_names[one.true]} taken for {class_names[one.predicted]} ({one.count:,})"
        )
        for one in mistakes
    }
    for number, count in enumerate(matrix.counts.diagonal().tolist()):
        if count:
            options[cell_text(class_names, number, number)] = f"{class_names[number]} recognised ({count:,})"
    return options


def open_cell(
    compared: Sequence[ComparedRun], cell: str | None, of: str | None
) -> tuple[OpenCell | None, str | None]:
    """Find the cell that the URL names.

    Parameters
    ----------
    compared : sequence of ComparedRun
        The runs with a matrix on the page.
    cell : str or None
        Such as ``"cat,dog"``.
    of : str or None
        Id of the run; without it the first.

    Returns
    -------
    (OpenCell or None, str or None)
        The cell, and a sentence when the URL names what there is not.
    """
    if not cell or not compared:
        return None, None
    by_id = {one.id: one for one in compared}
    if of is not None and of not in by_id:
        return (
            None,
            f"The matrix of “{of[:80]}” is not on this page. Tick that run above, or click another cell.",
        )
    run = by_id[of] if of is not None else compared[0]
    found = cell_named(run.data.class_names, cell)
    if found is not None:
        return OpenCell(run, *found), None
    return None, (
        f"There is no cell “{cell[:80]}” in the matrix of {run.row.label}. A cell is named by two of its classes, "
        f"such as “{run.data.class_names[0]},{run.data.class_names[-1]}”."
    )


def missing_pictures(data: DataProvenance) -> str:
    """Say which data set the pictures of a cell belong to, and what to do to see them."""
    if data.is_drawn:
        return (
            f"The run was tested on pictures of “{data.name}” (fingerprint {data.fingerprint}) that another version of "
            "CIFAR Lab drew. Train it again to see the pictures behind its matrix."
        )
    return (
        f"The pictures are not on this machine: they belong to “{data.name}” ({data.source}, "
        f"fingerprint {data.fingerprint}). Download that data set on the Home page, or say where it is with "
        "“python -m cifar_core data prepare PATH”."
    )


def page_number(text: str | None, pages: int) -> int:
    """Read which page of a gallery the URL names; anything but a page of it means the first, or the last.

    Parameters
    ----------
    text : str or None
        Such as ``"2"``; it may hold anything.
    pages : int
        How many there are, at least 1.

    Examples
    --------
    >>> page_number("2", 3), page_number("9", 3), page_number("nonsense", 3), page_number(None, 3)
    (2, 3, 1, 1)
    """
    known = text is not None and len(text) < 9 and text.isascii() and text.isdigit()
    return max(1, min(int(text or 1), pages)) if known else 1


def cell_page(cell: OpenCell, page: int, dataset: Dataset) -> WallPage:
    """Fetch one page of the pictures in a cell.

    Parameters
    ----------
    cell : OpenCell
        Which cell.
    page : int
        From 1 on; beyond the last page means the last.
    dataset : Dataset
        The pictures that the run was tested on.
    """
    page = min(page, cell.pages)
    rows = cell.of.evaluation.matrix.cell(cell.true, cell.predicted)[(page - 1) * PER_PAGE : page * PER_PAGE]
    predictions = cell.of.evaluation.matrix.predictions
    indices = predictions.indices[rows]
    names = cell.of.data.class_names
    said_class, true_class = names[cell.predicted], names[cell.true]
    confidence = predictions.confidence[rows].tolist()
    what_next = "see where the network looked" if cell.of.row.run.has_model else "open it with another model"
    of_true = predictions.probabilities[rows, cell.true].tolist()
    return WallPage(
        images=dataset.test.images[indices],
        captions=tuple(f"{said_class} {value:.2f}" for value in confidence),
        hover=tuple(
            f"test picture {index}\n{said_class} {said:.3f}"
            + ("" if cell.true == cell.predicted else f", {true_class} {truth:.3f}")
            + f"<br>Click to {what_next}"
            for index, said, truth in zip(indices.tolist(), confidence, of_true, strict=True)
        ),
        indices=tuple(indices.tolist()),
        page=page,
        pages=cell.pages,
        pictures=cell.count,
    )
