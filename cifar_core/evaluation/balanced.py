"""Balanced accuracy: how many pictures are recognised when every class counts the same."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.balance import UNBALANCED_FROM, is_unbalanced
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.evaluation.predictions import Predictions
from cifar_core.words.numbers import percent

BALANCED_RULE = (
    "Balanced accuracy, the mean of the recalls of all classes, stands where one class has more than "
    f"{UNBALANCED_FROM:g} times as many test pictures as another."
)


@dataclass(frozen=True)
class BalancedAccuracy:
    """The mean of the recalls of all classes that have pictures.

    Attributes
    ----------
    value : float
        0 to 1.
    interval : Interval
        Its 95% confidence interval, from Wilson's of each class.
    """

    value: float
    interval: Interval

    @classmethod
    def from_counts(cls, right: NDArray[np.int64], total: NDArray[np.int64]) -> "BalancedAccuracy":
        """Average the recalls.

        Parameters
        ----------
        right, total : ndarray of int64, shape (C,)
            Pictures of each class that were recognised, and all of them; classes without any do not count, but one has
            some.

        References
        ----------
        K. H. Brodersen et al., "The balanced accuracy and its posterior distribution", ICPR (2010),
        doi:10.1109/ICPR.2010.764. G. Zou, W. Huang, X. Zhang, "A note on confidence interval estimation for a linear
        function of binomial proportions", Computational Statistics & Data Analysis 53 (2009),
        doi:10.1016/j.csda.2008.09.033: the distances to the ends of each class's interval are added as squares.

        Examples
        --------
        >>> BalancedAccuracy.from_counts(np.array([99, 0]), np.array([100, 1])).value
        0.495
        """
        classes = [(int(r), int(n)) for r, n in zip(right, total, strict=True) if n]
        recalls = [r / n for r, n in classes]
        ends = [wilson_interval(r, n) for r, n in classes]
        value = sum(recalls) / len(classes)
        below = sqrt(sum((recall - end.low) ** 2 for recall, end in zip(recalls, ends, strict=True)))
        above = sqrt(sum((end.high - recall) ** 2 for recall, end in zip(recalls, ends, strict=True)))
        interval = Interval(value - below / len(classes), value + above / len(classes))
        return cls(value, interval.within(0.0, 1.0))

    @classmethod
    def where_needed(cls, predictions: Predictions) -> "BalancedAccuracy | None":
        """Compute it where accuracy alone would mislead: where the classes are unbalanced; ``None`` elsewhere."""
        total = np.bincount(predictions.labels, minlength=predictions.class_count)
        if not is_unbalanced(total):
            return None
        right = np.bincount(predictions.labels[predictions.correct], minlength=predictions.class_count)
        return cls.from_counts(right, total)

    def sentence(self) -> str:
        """Say it in a phrase: ``"49.5% (95% interval 38.9 – 89.2%)"``."""
        return f"{percent(self.value)} (95% interval {self.interval.in_percent})"
