"""A curve without its jitter: the exponential moving average."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def smoothed(values: Sequence[float] | NDArray[np.float64], momentum: float) -> NDArray[np.float64]:
    """Return the exponential moving average of a curve, with the correction for its beginning.

    s ← m s + (1 − m) x from s = 0 on, divided by 1 − mᵗ after t values, so that the first values are no closer to 0
    than they are (as TensorBoard does, and Adam: Kingma & Ba 2015, arXiv:1412.6980, section 3).

    Parameters
    ----------
    values : sequence of float, length n
        What is no finite number stays a gap, and does not count.
    momentum : float
        From 0, which changes nothing, to below 1.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where ``values`` have no finite number.

    Examples
    --------
    >>> smoothed([1.0, 1.0, 4.0], 0.5).round(4).tolist()
    [1.0, 1.0, 2.7143]
    """
    given = np.asarray(values, np.float64)
    found = np.full(len(given), np.nan)
    average, weight = 0.0, 0.0
    for place in np.flatnonzero(np.isfinite(given)).tolist():
        average = momentum * average + (1 - momentum) * float(given[place])
        weight = momentum * weight + (1 - momentum)
        found[place] = average / weight
    return found
