"""Sets of validation pictures by what a run said of them after its epochs."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import RunError
from cifar_core.evaluation.over_epochs import OverEpochs
from cifar_core.picture_sets.chosen import Chosen

_NAMED = 8  # epochs, where one was not kept


def validated_where(run: OverEpochs, mask: NDArray[np.bool_]) -> Chosen:
    """Choose validation pictures, in the order of the training split, from which they were taken.

    Parameters
    ----------
    run : OverEpochs
        Which pictures those are.
    mask : ndarray of bool, shape (N,)
        Which of them.
    """
    return Chosen(np.sort(run.kept.indices[mask]), frozenset(("train",)))


def number_of(run: OverEpochs, epoch: int) -> int:
    """Return the place of an epoch among those that were kept.

    Parameters
    ----------
    run : OverEpochs
        Which were kept.
    epoch : int
        Counted from 1.

    Raises
    ------
    RunError
        It was not kept.
    """
    found = np.flatnonzero(run.kept.epochs == epoch)
    if not len(found):
        kept = run.kept.epochs.tolist()
        shown = ", ".join(map(str, kept[:_NAMED])) + (f" … {kept[-1]}" if len(kept) > _NAMED else "")
        raise RunError(f"epoch {epoch} was not kept. There are: {shown}.")
    return int(found[0])
