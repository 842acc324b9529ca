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
    label, said = (Word(pair[0].data.class_names[number]) for number in (true, predicted))
    first, second = (Word(one.id) for one in pair)
    one_says = f"said({first}, {said}) or said({second}, {said})"
    return f"class({label}) and disagree({first}, {second}) and ({one_says})"
