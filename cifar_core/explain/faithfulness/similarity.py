"""How alike two heat maps of one picture are."""

import numpy as np
from numpy.typing import NDArray


def rank_correlations(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return Spearman's rank correlation of each map with its counterpart: 1 for the same order of all cells.

    Parameters
    ----------
    a, b : ndarray of float32, shape (N, h, w)
        Maps of N pictures; finite.

    Returns
    -------
    ndarray of float64, shape (N,)
        From −1 to 1; equal cells share the mean of their ranks. NaN where one of the two is the same everywhere: it has
        no order.

    References
    ----------
    J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018, arXiv:1810.03292, section 3.
    """
    from scipy.stats import rankdata

    ranks = [rankdata(one.reshape(len(one), -1), axis=1) for one in (a, b)]
    first, second = (one - one.mean(axis=1, keepdims=True) for one in ranks)
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    together = (first * second).sum(axis=1)
    return np.asarray(np.divide(together, spread, out=np.full(len(a), np.nan), where=spread > 0))
