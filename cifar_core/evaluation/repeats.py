"""Student's t: what several trainings of one recipe, each with its own seed, tell together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.intervals import Interval
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.words.counts import counted
from cifar_core.words.numbers import percent


@dataclass(frozen=True)
class Repeats:
    """Accuracies of the same recipe on the same pictures, trained with different seeds.

    Attributes
    ----------
    accuracies : tuple of float
        One for each run, between 0 and 1; at least one.
    """

    accuracies: tuple[float, ...]

    @property
    def count(self) -> int:
        """Number of runs, k."""
        return len(self.accuracies)

    @property
    def mean(self) -> float:
        """Their mean."""
        return float(np.mean(self.accuracies))

    @property
    def deviation(self) -> float | None:
        """Standard deviation from run to run (with k − 1); ``None`` for a single run."""
        if self.count < 2:
            return None
        # Equal numbers differ from their mean by rounding, which would pass for a spread.
        return 0.0 if len(set(self.accuracies)) == 1 else float(np.std(self.accuracies, ddof=1))

    @property
    def interval(self) -> Interval | None:
        """95% interval of the mean by Student's t, cut off at 0 and 1.

        It covers the chance in training (starting weights, order, augmentation, the validation pictures), on
        these very test pictures. Which pictures happen to be in the test split is not part of it.

        It is ``None`` for a single run, and where all runs were right equally often: nothing tells then how far from
        one another they might lie, and t would claim to know the mean without any error.

        References
        ----------
        Student, "The probable error of a mean", Biometrika 6 (1908), doi:10.1093/biomet/6.1.1.
        """
        if not self.deviation:
            return None
        half = student_quantile(0.95, self.count - 1) * self.deviation / sqrt(self.count)
        return Interval(self.mean - half, self.mean + half).within(0.0, 1.0)

    def sentence(self) -> str:
        """Say mean and interval in a line: ``"90.8% (95% interval of the mean over 5 seeds: 90.4 – 91.2%)"``."""
        if self.interval is None:
            with_seeds = "with one seed" if self.count == 1 else f"with each of {counted(self.count, 'seed')}"
            return f"{percent(self.mean)} {with_seeds}: no interval"
        interval = self.interval.in_percent
        return (
            f"{percent(self.mean)} (95% interval of the mean over {counted(self.count, 'seed')}: {interval})"
        )


@dataclass(frozen=True, eq=False)
class MeanCurve:
    """One figure by epoch: the mean over several runs and its 95% interval.

    Attributes
    ----------
    epochs : ndarray of int64, shape (E,)
        The epochs that every run has finished.
    mean, low, high : ndarray of float64, shape (E,)
        Mean, and the ends of its interval, cut off where the measure ends: at 0, and an accuracy at 1. Equal for a
        single run, and where all runs have the same value; NaN where a run has none.
    """

    epochs: NDArray[np.int64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def mean_curve(runs: Sequence[Sequence[EpochMetrics]], measure: str) -> MeanCurve:
    """Average one measure over runs, epoch by epoch, as far as all of them came.

    Parameters
    ----------
    runs : sequence of sequence of EpochMetrics
        Finished epochs of each run; at least one run.
    measure : str
        Name of a field: ``"val_accuracy"``, ``"loss"`` …
    """
    by_epoch = [{line.epoch: float(getattr(line, measure)) for line in run} for run in runs]
    epochs = sorted(set.intersection(*(set(run) for run in by_epoch)))
    table = np.array([[run[epoch] for epoch in epochs] for run in by_epoch], np.float64).reshape(
        len(runs), -1
    )
    table[~np.isfinite(table)] = np.nan  # of a run that diverged: the mean has a gap there
    mean = table.mean(axis=0)
    half = np.zeros_like(mean)
    if len(runs) > 1:
        half = student_quantile(0.95, len(runs) - 1) * table.std(axis=0, ddof=1) / sqrt(len(runs))
    most = 1.0 if measure.endswith("accuracy") else np.inf
    low, high = np.clip(mean - half, 0.0, most), np.clip(mean + half, 0.0, most)
    return MeanCurve(np.array(epochs, np.int64), mean, low, high)


def difference_interval(a: Repeats, b: Repeats) -> Interval:
    """Return a 95% interval of the mean of ``b`` minus the mean of ``a``; both of two runs or more.

    Welch's standard error, which does not ask for equal spreads, and Satterthwaite's degrees of freedom for it.

    Parameters
    ----------
    a, b : Repeats
        Accuracies of two recipes, each of two runs or more; their numbers of runs may differ.

    Returns
    -------
    Interval
        In accuracy: 0.01 is one percentage point; cut off at −1 and 1. It holds 0 where the two cannot be told apart.

    Raises
    ------
    ValueError
        One of the two is a single run, or neither has any spread.

    Examples
    --------
    >>> interval = difference_interval(Repeats((0.90, 0.91, 0.92)), Repeats((0.93, 0.94, 0.95)))
    >>> f"{interval.low:.4f} {interval.high:.4f}"
    '0.0073 0.0527'

    References
    ----------
    B. L. Welch, "The generalization of 'Student's' problem when several different population variances are
    involved", Biometrika 34 (1947), doi:10.1093/biomet/34.1-2.28. F. E. Satterthwaite, "An approximate distribution of
    estimates of variance components", Biometrics Bulletin 2 (1946), doi:10.2307/3002019.
    """
    if a.deviation is None or b.deviation is None:
        raise ValueError("an interval of the difference needs two runs or more on both sides")
    if not a.deviation and not b.deviation:
        raise ValueError("an interval of the difference needs runs that differ")
    of_a, of_b = a.deviation**2 / a.count, b.deviation**2 / b.count
    degrees = (of_a + of_b) ** 2 / (of_a**2 / (a.count - 1) + of_b**2 / (b.count - 1))
    half = student_quantile(0.95, degrees) * sqrt(of_a + of_b)
    return Interval(b.mean - a.mean - half, b.mean - a.mean + half).within(-1.0, 1.0)


@cache
def student_quantile(confidence: float, degrees: float) -> float:
    """Return how many standard errors around a mean hold ``confidence`` of Student's t distribution.

    Parameters
    ----------
    confidence : float
        Between 0 and 1, both excluded.
    degrees : float
        Degrees of freedom, ``>= 1``.

    Examples
    --------
    >>> round(student_quantile(0.95, 2), 3)
    4.303
    """
    from scipy.special import stdtrit  # takes a quarter of a second to import

    if not 0 < confidence < 1 or degrees < 1:
        raise ValueError(f"no quantile for confidence {confidence} and {degrees} degrees of freedom")
    return float(stdtrit(degrees, (1 + confidence) / 2))
