"""Confidence intervals: how far a measured share can be from the true one."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from cifar_core.words.numbers import digits_to_tell, percent, signed


@dataclass(frozen=True)
class Interval:
    """A range that holds the true value with a stated confidence.

    Attributes
    ----------
    low, high : float
        Its ends, ``low <= high``.
    """

    low: float
    high: float

    def within(self, least: float, most: float) -> "Interval":
        """Cut off what lies outside of what is possible.

        The true value never lies there, so the interval that is left holds it just as often as the whole one.

        Parameters
        ----------
        least, most : float
            The ends of what is possible, such as 0 and 1 of a share; at least one end of the interval lies between.
        """
        return Interval(max(self.low, least), min(self.high, most))

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def ends_in_percent(self) -> tuple[str, str]:
        """Both ends, of a share: ``("76.8%", "78.5%")``; with so many digits that only 0 and 1 look like it."""
        digits = digits_to_tell(100 * self.low, 100 * (1 - self.high))
        return percent(self.low, digits), percent(self.high, digits)

    @property
    def in_percent(self) -> str:
        """Both ends, of a share: ``"76.8 – 78.5%"``."""
        low, high = self.ends_in_percent
        return f"{low.removesuffix('%')} – {high}"

    @property
    def in_points(self) -> str:
        """Both ends, of a difference of shares, in percentage points: ``"−1.2 to 0.4"``; only 0 looks like it."""
        low, high = 100 * self.low, 100 * self.high
        digits = digits_to_tell(low, high)
        return f"{signed(low, digits)} to {signed(high, digits)}"


def wilson_interval(successes: int, count: int, *, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval for a share of ``successes`` among ``count`` trials.

    Unlike the textbook interval p ± 1.96·√(p(1−p)/n) it stays between 0 and 1 and is honest for shares near
    the ends and for small counts.

    Parameters
    ----------
    successes : int
        Trials that succeeded, ``0 <= successes <= count``.
    count : int
        Number of trials; with 0 trials nothing is known and the interval is 0 to 1.
    confidence : float
        Probability that the interval holds the true share, between 0 and 1.

    Returns
    -------
    Interval
        Ends between 0 and 1.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927), doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> wilson_interval(90, 100).in_percent
    '82.6 – 94.5%'
    """
    if not 0 <= successes <= count:
        raise ValueError(f"successes must lie between 0 and {count}, not {successes}")
    if count == 0:
        return Interval(0.0, 1.0)
    z = normal_quantile(confidence)
    share = successes / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    # At the ends the formula gives exactly 0 or 1, which rounding would miss by 1e-17.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == count else centre + half
    return Interval(low, high)


def normal_quantile(confidence: float) -> float:
    """Return how many standard deviations around the mean hold ``confidence`` of a normal distribution.

    Parameters
    ----------
    confidence : float
        Between 0 and 1, both excluded.

    Raises
    ------
    ValueError
        It is not.

    Examples
    --------
    >>> round(normal_quantile(0.95), 2)
    1.96
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return NormalDist().inv_cdf((1 + confidence) / 2)
