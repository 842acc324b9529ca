"""Whether some classes have many more pictures than others."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

UNBALANCED_FROM = 1.5
"""Classes are called unbalanced where the largest has more than so many times the pictures of the smallest: accuracy
then says little of the smallest, and balanced accuracy stands beside it."""


def is_unbalanced(counts: Sequence[int] | NDArray[np.int64]) -> bool:
    """Tell whether classes are unbalanced by the one rule for it, :data:`UNBALANCED_FROM`.

    Parameters
    ----------
    counts : sequence of int
        Pictures of each class; a class without any does not count, as nothing can be said of it.

    Examples
    --------
    >>> is_unbalanced([300, 3]), is_unbalanced([10, 15]), is_unbalanced([10, 16]), is_unbalanced([10, 0])
    (True, False, True, False)
    """
    found = [count for count in counts if count]
    return bool(found) and max(found) > UNBALANCED_FROM * min(found)
