"""From logits to probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Return exp(z) / Σ exp(z) over the last axis, in double precision.

    The largest logit is subtracted first: the result is the same and no exponential overflows. SciPy has this
    function too, but importing it would take longer than all else that a page needs.

    Parameters
    ----------
    logits : ndarray of numbers, shape (…, C)
        Finite, C at least 1.

    Returns
    -------
    ndarray of float64, shape (…, C)
        Between 0 and 1, adding up to 1 over the last axis.

    Examples
    --------
    >>> softmax(np.log([1.0, 3.0])).round(6).tolist()
    [0.25, 0.75]
    """
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))
