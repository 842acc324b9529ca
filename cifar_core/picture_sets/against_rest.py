"""A set of pictures against all others: is a network better or worse on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from cifar_core.evaluation.holm import confidence_of_each, holm
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.picture_sets.evaluate import PictureSet
from cifar_core.picture_sets.universe import Said


@dataclass(frozen=True)
class AgainstRest:
    """How often one run is right on the test pictures of a set, and on all others.

    Attributes
    ----------
    count, right : int
        Test pictures of the set, and those that the run got right.
    rest_count, rest_right : int
        The same of all other test pictures.
    p_value : float or None
        Fisher's exact test, two-sided; ``None`` where nothing can be asked: one side is empty, or the run's own answers
        chose the pictures.
    """

    count: int
    right: int
    rest_count: int
    rest_right: int
    p_value: float | None

    @property
    def accuracy(self) -> float | None:
        """On the set; ``None`` where it is empty."""
        return self.right / self.count if self.count else None

    def interval(self, together: int = 1) -> Interval:
        """Return the interval of the accuracy (Wilson) that holds with 95%, at once with those of other lines.

        Parameters
        ----------
        together : int
            How many lines are looked at together, at least 1.
        """
        return wilson_interval(self.right, self.count, confidence=confidence_of_each(together))

    @property
    def difference(self) -> float | None:
        """Accuracy on the set minus that on the rest; ``None`` where one of the two is empty."""
        if not self.count or not self.rest_count:
            return None
        return self.right / self.count - self.rest_right / self.rest_count

    def difference_interval(self, together: int = 1) -> Interval:
        """Return the interval of the difference, from Wilson's of both; −1 to 1 where one side is empty.

        Parameters
        ----------
        together : int
            As that of :meth:`interval`.

        References
        ----------
        R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven
        methods", Statistics in Medicine 17 (1998), method 10,
        doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
        """
        if self.difference is None:
            return Interval(-1.0, 1.0)
        confidence = confidence_of_each(together)
        here, rest = (
            wilson_interval(right, count, confidence=confidence)
            for right, count in ((self.right, self.count), (self.rest_right, self.rest_count))
        )
        share, rest_share = self.right / self.count, self.rest_right / self.rest_count
        below = sqrt((share - here.low) ** 2 + (rest.high - rest_share) ** 2)
        above = sqrt((here.high - share) ** 2 + (rest_share - rest.low) ** 2)
        return Interval(self.difference - below, self.difference + above)


def against_rest(pictures: PictureSet, said: Said) -> AgainstRest:
    """Count how often a run is right on the test pictures of a set and on all others.

    Parameters
    ----------
    pictures : PictureSet
        The set.
    said : Said
        What the run said of the test pictures.
    """
    correct = said.predictions.correct
    inside = np.zeros(len(correct), np.bool_)
    inside[pictures.of_split("test")] = True
    count, right = int(inside.sum()), int(correct[inside].sum())
    rest_count, rest_right = len(correct) - count, int(correct[~inside].sum())
    p_value = None
    if count and rest_count and said.run.id not in {one.run.id for one in pictures.said}:
        from scipy.stats import fisher_exact  # takes a second to import

        table = [[right, count - right], [rest_right, rest_count - rest_right]]
        p_value = float(fisher_exact(table).pvalue)
    return AgainstRest(count, right, rest_count, rest_right, p_value)


def corrected_for_all(found: Sequence[AgainstRest]) -> tuple[AgainstRest, ...]:
    """Correct the p values for their number (Holm); those that are none do not count.

    Parameters
    ----------
    found : sequence of AgainstRest
        Of all sets and runs that are looked at together.
    """
    corrected = iter(holm([one.p_value for one in found if one.p_value is not None]))
    return tuple(one if one.p_value is None else replace(one, p_value=next(corrected)) for one in found)
