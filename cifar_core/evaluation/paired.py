"""McNemar's test: whether one model is really better than another on the same pictures."""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np

from cifar_core.errors import RunError
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.evaluation.predictions import Predictions

SIGNIFICANT = 0.05
"""Below this p value a difference is called real: the usual line, by convention."""


@dataclass(frozen=True)
class PairedComparison:
    """Two models, A and B, asked about the same pictures.

    Attributes
    ----------
    both_right, only_a, only_b, both_wrong : int
        Pictures by who was right. Only the two in the middle tell the models apart.
    """

    both_right: int
    only_a: int
    only_b: int
    both_wrong: int

    @classmethod
    def from_predictions(cls, a: Predictions, b: Predictions) -> "PairedComparison":
        """Count who was right where.

        Parameters
        ----------
        a, b : Predictions
            Of the two models, for the same pictures: equal ``indices`` with equal ``labels``, in any order.

        Raises
        ------
        RunError
            The two were not asked about the same pictures.
        """
        order_a, order_b = np.argsort(a.indices), np.argsort(b.indices)
        same = np.array_equal(a.indices[order_a], b.indices[order_b]) and np.array_equal(
            a.labels[order_a], b.labels[order_b]
        )
        if not same:
            raise RunError(
                "The two runs were not tested on the same pictures, so they cannot be compared picture by "
                "picture. Choose two runs on the same data set."
            )
        right_a, right_b = a.correct[order_a], b.correct[order_b]
        return cls(
            both_right=int((right_a & right_b).sum()),
            only_a=int((right_a & ~right_b).sum()),
            only_b=int((~right_a & right_b).sum()),
            both_wrong=int((~right_a & ~right_b).sum()),
        )

    @property
    def count(self) -> int:
        """Number of pictures."""
        return self.both_right + self.only_a + self.only_b + self.both_wrong

    @property
    def difference(self) -> float:
        """Accuracy of B minus accuracy of A, between -1 and 1."""
        return (self.only_b - self.only_a) / self.count

    @cached_property
    def p_value(self) -> float:
        """Exact two-sided McNemar test.

        The probability of a split at least as uneven as this one between ``only_a`` and ``only_b``, if each
        of these pictures had fallen to either model by the toss of a coin.

        References
        ----------
        Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
        percentages", Psychometrika 12 (1947), doi:10.1007/BF02295996.
        """
        tosses = self.only_a + self.only_b
        # Whole numbers of any size: exact, and a quotient of two of them is rounded only once.
        ways, total = 1, 0
        for heads in range(min(self.only_a, self.only_b) + 1):
            total += ways
            ways = ways * (tosses - heads) // (heads + 1)
        return float(min(1.0, 2 * total / 2**tosses))

    @cached_property
    def interval(self) -> Interval:
        """95% interval of :attr:`difference`: Newcombe's method 10 for paired shares.

        References
        ----------
        R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based
        on paired data", Statistics in Medicine 17 (1998),
        doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C.
        """
        n = self.count
        right_a, right_b = self.both_right + self.only_a, self.both_right + self.only_b
        share_a, share_b = right_a / n, right_b / n
        wilson_a, wilson_b = wilson_interval(right_a, n), wilson_interval(right_b, n)
        below_a, above_a = share_a - wilson_a.low, wilson_a.high - share_a
        below_b, above_b = share_b - wilson_b.low, wilson_b.high - share_b

        # How alike the two models err; a positive correlation is corrected for continuity, towards 0.
        product = float(self.both_right * self.both_wrong - self.only_a * self.only_b)
        if product > 0:
            product = max(0.0, product - n / 2)
        spread = right_a * (n - right_a) * right_b * (n - right_b)
        correlation = product / sqrt(spread) if spread else 0.0

        low = sqrt(max(0.0, below_b**2 - 2 * correlation * below_b * above_a + above_a**2))
        high = sqrt(max(0.0, above_b**2 - 2 * correlation * above_b * below_a + below_a**2))
        return Interval(self.difference - low, self.difference + high)

    def verdict(self, name_a: str, name_b: str) -> str:
        """Say in a sentence whether the difference is real.

        Parameters
        ----------
        name_a, name_b : str
            What to call the two models.
        """
        points = 100 * self.difference
        low, high = 100 * self.interval.low, 100 * self.interval.high
        better, worse = name_b, name_a
        if points < 0:
            better, worse, points, low, high = name_a, name_b, -points, -high, -low
        figures = (
            f"95% interval {_signed(low)} to {_signed(high)}, McNemar test {_probability(self.p_value)}, "
            f"{self.count:,} pictures"
        )
        if self.p_value < SIGNIFICANT:
            return (
                f"{better} is better than {worse} by {points:.1f} points, which is significant ({figures})."
            )
        if self.only_a == self.only_b:
            return f"{name_a} and {name_b} are right equally often ({figures})."
        ahead = f"{better} is ahead of {worse} by {points:.1f} points"
        return f"{ahead}, which is within noise: not significant ({figures})."


def _signed(points: float) -> str:
    text = f"{points:.1f}"
    return text.replace("-", "−") if float(text) else "0.0"


def _probability(p_value: float) -> str:
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"
