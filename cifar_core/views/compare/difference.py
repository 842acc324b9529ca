"""Two confusion matrices, one minus the other."""

from collections.abc import Sequence

from cifar_core.picture_sets.expression import Word
from cifar_core.views.compare.page import ComparedRun


def comparable_pair(compared: Sequence[ComparedRun]) -> tuple[ComparedRun, ComparedRun] | None:
    """Return the two runs on screen, if there are just two and they were tested on the same pictures.

    Parameters
    ----------
    compared : sequence of ComparedRun
        Those with a matrix.
    """
    if len(compared) != 2 or compared[0].data.fingerprint != compared[1].data.fingerprint:
        return None
    return compared[0], compared[1]


def set_of_cells(pair: tuple[ComparedRun, ComparedRun], true: int, predicted: int) -> str:
    """Return the picture set of one cell in which two runs do not agree: the pictures of one of the two alone.

    Parameters
    ----------
    pair : (ComparedRun, ComparedRun)
        Tested on the same pictures.
    true, predicted : int
        Row and column.
    """
    names = pair[0].data.class_names
    first, second = (f"cell({Word(one.id)}, {Word(names[true])}, {Word(names[predicted])})" for one in pair)
    return f"{first} and not {second} or {second} and not {first}"
