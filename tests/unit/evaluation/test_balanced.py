"""Balanced accuracy equals scikit-learn's, and stands only where classes are unbalanced."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from cifar_core.evaluation.balanced import BalancedAccuracy
from cifar_core.evaluation.intervals import wilson_interval
from tests.fake_runs import predictions_of


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_mean_of_the_recalls(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.choice(5, 400, p=[0.6, 0.2, 0.1, 0.1, 0.0])
    said = np.where(rng.random(400) < 0.7, labels, rng.integers(0, 4, 400))
    balanced = BalancedAccuracy.where_needed(predictions_of(labels.tolist(), said.tolist(), 5))
    assert balanced is not None
    assert balanced.value == pytest.approx(balanced_accuracy_score(labels, said))
    assert balanced.value in balanced.interval


def test_always_saying_the_frequent_class_is_worth_a_half() -> None:
    labels = [0] * 100 + [1]
    balanced = BalancedAccuracy.where_needed(predictions_of(labels, [0] * 101, 2))
    assert balanced is not None
    assert balanced.value == 0.5
    # Worked out by hand: Wilson gives 96.3 to 100% of 100 of 100, and 0 to 79.3% of 0 of 1.
    assert balanced.interval.low == pytest.approx(0.5 - (1 - 100 / (100 + 1.959964**2)) / 2, abs=1e-6)
    assert balanced.interval.high == pytest.approx(0.5 + 1.959964**2 / (1 + 1.959964**2) / 2, abs=1e-6)
    assert balanced.sentence() == "50.0% (95% interval 48.2 – 89.7%)"


def test_of_a_single_class_it_has_wilsons_interval() -> None:
    balanced = BalancedAccuracy.from_counts(np.array([7, 0]), np.array([9, 0]))
    assert balanced.value == 7 / 9
    assert balanced.interval.low == pytest.approx(wilson_interval(7, 9).low)
    assert balanced.interval.high == pytest.approx(wilson_interval(7, 9).high)


@pytest.mark.parametrize("counts", [(10, 10), (10, 15), (10, 0)])
def test_it_is_left_out_where_it_says_nothing_more(counts: tuple[int, int]) -> None:
    labels = np.repeat([0, 1], counts).tolist()
    assert BalancedAccuracy.where_needed(predictions_of(labels, labels, 2)) is None


@pytest.mark.parametrize("seed", range(2))
def test_the_interval_holds_the_true_value_about_as_often_as_it_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    total, recalls = np.array([200, 40, 20]), np.array([0.95, 0.7, 0.4])
    right = rng.binomial(total, recalls, (4000, 3))
    hits = [recalls.mean() in BalancedAccuracy.from_counts(one, total).interval for one in right]
    assert 0.935 < np.mean(hits) < 0.975
