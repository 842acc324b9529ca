"""The mean of a figure over pictures, and how far it can be from the true one."""

from dataclasses import dataclass, replace
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.intervals import Interval
from cifar_core.evaluation.repeats import Repeats, difference_interval, student_quantile


@dataclass(frozen=True)
class Mean:
    """A mean over pictures.

    Attributes
    ----------
    value : float
        The mean.
    interval : Interval or None
        95% by Student's t; ``None`` for one value, and where all are equal: nothing tells then how far others might
        lie.
    count : int
        Of how many.
    """

    value: float
    interval: Interval | None
    count: int

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Self:
        """Average values; of two figures of the same pictures, average their differences (a paired interval).

        Parameters
        ----------
        values : ndarray of float64, shape (n,)
            One for each picture, at least one; finite.

        Raises
        ------
        ValueError
            There are none.
        """
        count = len(values)
        if not count:
            raise ValueError("there is no mean of no values")
        mean = float(np.mean(values))
        # Equal numbers differ from their mean by rounding, which would pass for a spread.
        if count < 2 or np.ptp(values) <= 1e-12 * max(1.0, abs(mean)):
            return cls(mean, None, count)
        half = student_quantile(0.95, count - 1) * float(np.std(values, ddof=1)) / sqrt(count)
        return cls(mean, Interval(mean - half, mean + half), count)

    def within(self, least: float, most: float) -> Self:
        """Cut off the part of the interval that lies outside of what is possible.

        Parameters
        ----------
        least, most : float
            The ends of what is possible, such as 0 and 1 of a share.
        """
        return self if self.interval is None else replace(self, interval=self.interval.within(least, most))

    @property
    def sign(self) -> int:
        """1 or −1 where the interval leaves no doubt of the sign, else 0."""
        if self.interval is None or self.interval.low <= 0 <= self.interval.high:
            return 0
        return 1 if self.interval.low > 0 else -1


def difference_of_means(a: NDArray[np.float64], b: NDArray[np.float64]) -> Interval | None:
    """Return a 95% interval of the mean of ``a`` minus the mean of ``b``, of different pictures (by Welch).

    Parameters
    ----------
    a, b : ndarray of float64, shapes (n,) and (m,)
        Shares, each between 0 and 1.

    Returns
    -------
    Interval or None
        ``None`` where one side has fewer than two values, or neither has any spread.
    """
    try:
        return difference_interval(Repeats(tuple(b.tolist())), Repeats(tuple(a.tolist())))
    except ValueError:
        return None
