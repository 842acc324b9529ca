"""McNemar's test: whether one model is really better than another on the same pictures."""

from dataclasses import dataclass
from functools import cached_property
from math import copysign, erfc, inf, sqrt

import numpy as np

from cifar_core.errors import RunError
from cifar_core.evaluation.intervals import Interval, normal_quantile
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.significance import SIGNIFICANT, p_words
from cifar_core.words.counts import counted
from cifar_core.words.numbers import digits_to_tell

TWO_NETWORKS = (
    "This speaks of these two trained networks, not of their recipes: trained with other seeds, they may change "
    "places."
)

_HALVINGS = 60


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
            The two were not asked about the same pictures, or about none.
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
        if not len(a):
            raise RunError("The two runs were tested on no picture at all, so there is nothing to compare.")
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
        """McNemar's test: how often chance alone would split the pictures as unevenly between the two.

        Of the pictures that one model alone got right, each would be the toss of a coin if neither were better. Their
        difference, divided by the square root of their number, is compared with a normal distribution: a score test,
        without a correction for continuity. It is 1 where there are no such pictures.

        References
        ----------
        Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
        percentages", Psychometrika 12 (1947), doi:10.1007/BF02295996. Why not the exact test, which is too cautious:
        M. W. Fagerland, S. Lydersen, P. Laake, "The McNemar test for binary matched-pairs data: mid-p and asymptotic
        are better than exact conditional", BMC Medical Research Methodology 13 (2013), doi:10.1186/1471-2288-13-91.
        """
        return erfc(abs(self._score(0.0)) / sqrt(2))

    @cached_property
    def interval(self) -> Interval:
        """95% interval of :attr:`difference`: it leaves out 0 where :attr:`p_value` is below 0.05, and only there."""
        return self.interval_with(1 - SIGNIFICANT)

    def interval_with(self, confidence: float) -> Interval:
        """Return an interval of :attr:`difference`: all differences that the same test would not refuse (Tango).

        Parameters
        ----------
        confidence : float
            Probability that it holds the true difference, between 0 and 1.

        References
        ----------
        T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample
        design", Statistics in Medicine 17 (1998),
        doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.
        """
        z = normal_quantile(confidence)
        return Interval(
            self._where_score_is(z, -1.0, self.difference), self._where_score_is(-z, self.difference, 1.0)
        )

    def _score(self, difference: float) -> float:
        """How many standard errors lie between what was found and a difference that is supposed to be the true one.

        The standard error is that of the most likely shares of ``only_a`` and ``only_b`` with this difference.
        """
        n, a, b = self.count, self.only_a, self.only_b
        distance = b - a - n * difference
        linear = (2 * n + a - b) * difference - a - b
        root = sqrt(max(0.0, linear**2 + 8 * n * a * difference * (1 - difference)))
        share_a = (root - linear) / (4 * n)
        variance = n * (2 * share_a + difference * (1 - difference))
        if variance <= 0:
            return 0.0 if distance == 0 else copysign(inf, distance)
        return distance / sqrt(variance)

    def _where_score_is(self, wanted: float, low: float, high: float) -> float:
        """Find, between two differences, the one of this score; scores fall as the difference grows."""
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._score(middle) > wanted else (low, middle)
        return (low + high) / 2

    def verdict(self, name_a: str, name_b: str) -> str:
        """Say in a sentence whether the difference is real, and in another what that is worth.

        Parameters
        ----------
        name_a, name_b : str
            What to call the two models.
        """
        points, interval = 100 * self.difference, self.interval
        better, worse = name_b, name_a
        if points < 0:
            better, worse, points = name_a, name_b, -points
            interval = Interval(-interval.high, -interval.low)
        by = f"by {points:.{digits_to_tell(points)}f} points"
        p_value = p_words(self.p_value)
        equals = "" if p_value.startswith("<") else "= "
        figures = (
            f"95% interval {interval.in_points}, McNemar test p {equals}{p_value}, "
            f"{counted(self.count, 'picture')}"
        )
        if self.p_value < SIGNIFICANT:
            told = f"{better} is better than {worse} {by}, which is significant ({figures})."
        elif self.only_a == self.only_b:
            told = f"{name_a} and {name_b} are right equally often ({figures})."
        else:
            told = f"{better} is ahead of {worse} {by}, which is within noise: not significant ({figures})."
        return f"{told} {TWO_NETWORKS}"
