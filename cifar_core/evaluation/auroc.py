"""How well a number tells two kinds of pictures apart: the area under the ROC curve (AUROC)."""

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.intervals import Interval, normal_quantile, wilson_interval


@dataclass(frozen=True)
class Auroc:
    """The chance that the number of a picture of the one kind is above that of a picture of the other.

    Attributes
    ----------
    value : float
        0 to 1: 1 where all are above all others, 0.5 where the number tells nothing.
    interval : Interval
        95%.
    """

    value: float
    interval: Interval

    @classmethod
    def of(cls, below: NDArray[np.float64], above: NDArray[np.float64]) -> Self:
        """Compute the area, ties counting half, and its interval by DeLong on the scale of the logit.

        Where one side has a single value, or no value is ever on the wrong side, there is no spread to go by: then it
        is Wilson's interval for as many pairs as can be made without taking a value twice, which is wider.

        Parameters
        ----------
        below : ndarray of float, shape (m,)
            Numbers of the kind that should be below; ``m >= 1``, finite.
        above : ndarray of float, shape (n,)
            Those of the other kind; ``n >= 1``, finite.

        Raises
        ------
        ValueError
            One side is empty.

        References
        ----------
        E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the areas under two or more correlated receiver
        operating characteristic curves", Biometrics 44 (1988), doi:10.2307/2531595; the ranks are those of X. Sun,
        W. Xu, doi:10.1109/LSP.2014.2337313.

        Examples
        --------
        >>> Auroc.of(np.array([1.0, 2.0]), np.array([2.0, 3.0])).value
        0.875
        """
        if not len(below) or not len(above):
            raise ValueError("an area under the curve needs pictures of both kinds")
        from scipy.stats import rankdata  # takes a second to import

        together = rankdata(np.concatenate([below, above]))
        # The share of the other side that each value is on the right side of.
        of_above = (together[len(below) :] - rankdata(above)) / len(below)
        of_below = 1 - (together[: len(below)] - rankdata(below)) / len(above)
        area, pairs = float(of_above.mean()), min(len(below), len(above))
        variance = 0.0
        if pairs > 1:
            variance = float(of_above.var(ddof=1) / len(above) + of_below.var(ddof=1) / len(below))
        if not 0 < area < 1 or variance < 1e-15:
            return cls(area, wilson_interval(round(area * pairs), pairs))
        half = normal_quantile(0.95) * sqrt(variance) / (area * (1 - area))
        centre = log(area / (1 - area))
        return cls(area, Interval(*(1 / (1 + exp(-end)) for end in (centre - half, centre + half))))
