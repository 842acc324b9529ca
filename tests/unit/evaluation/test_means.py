"""Means over pictures, against SciPy and by hand."""

import numpy as np
import pytest
from scipy import stats

from cifar_core.evaluation.means import Mean


@pytest.mark.parametrize("count", [2, 5, 200])
def test_the_interval_is_that_of_scipy(count: int) -> None:
    values = np.random.default_rng(count).normal(0.3, 2, count)
    mean = Mean.of(values)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean.interval is not None
    assert (mean.value, mean.count) == (pytest.approx(values.mean()), count)
    assert (mean.interval.low, mean.interval.high) == pytest.approx((expected.low, expected.high))


def test_of_differences_it_is_the_paired_one() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 30))
    interval = Mean.of(a - b).interval
    expected = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(("values", "mean"), [([0.25], 0.25), ([0.1] * 7, 0.1), ([0.0, 0.0], 0.0)])
def test_equal_values_or_one_tell_no_interval(values: list[float], mean: float) -> None:
    found = Mean.of(np.array(values))
    assert (found.value, found.interval, found.sign) == (pytest.approx(mean), None, 0)


def test_a_sign_is_said_where_the_interval_leaves_no_doubt() -> None:
    assert Mean.of(np.array([1.0, 1.1, 1.2])).sign == 1
    assert Mean.of(-np.array([1.0, 1.1, 1.2])).sign == -1
    assert Mean.of(np.array([-1.0, 1.1, 1.2])).sign == 0


def test_no_values_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        Mean.of(np.array([]))


def test_an_interval_of_shares_ends_where_shares_end() -> None:
    mean = Mean.of(np.array([0.9, 0.99]))
    assert mean.interval is not None
    assert mean.interval.high > 1  # 12.7 standard errors of 0.045
    ends = mean.within(0, 1).interval
    assert ends is not None
    assert (ends.low, ends.high) == (mean.interval.low, 1)
    assert Mean.of(np.array([0.9])).within(0, 1).interval is None
