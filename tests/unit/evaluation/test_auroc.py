"""The area under the ROC curve against scikit-learn, its interval against a simulation."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from cifar_core.evaluation.auroc import Auroc
from cifar_core.evaluation.intervals import Interval, wilson_interval


@pytest.mark.parametrize(("count", "others"), [(3, 5), (40, 7), (200, 300)])
def test_is_the_area_of_scikit_learn_with_ties(count: int, others: int) -> None:
    rng = np.random.default_rng(count)
    below, above = rng.integers(0, 9, count).astype(float), rng.integers(3, 12, others).astype(float)
    truth = np.r_[np.zeros(count), np.ones(others)]
    assert Auroc.of(below, above).value == pytest.approx(roc_auc_score(truth, np.r_[below, above]), abs=1e-12)


def test_the_spread_is_that_of_delong_worked_out_pair_by_pair() -> None:
    rng = np.random.default_rng(1)
    below, above = rng.normal(0, 1, 30), rng.normal(1, 1, 20)
    wins = (above[:, None] > below).astype(float)
    area = wins.mean()
    spread = np.sqrt(wins.mean(axis=1).var(ddof=1) / 20 + wins.mean(axis=0).var(ddof=1) / 30)
    found = Auroc.of(below, above)
    low, high = (np.log(end / (1 - end)) for end in (found.interval.low, found.interval.high))
    assert (low + high) / 2 == pytest.approx(np.log(area / (1 - area)))
    assert (high - low) / 2 == pytest.approx(1.959964 * spread / (area * (1 - area)), rel=1e-6)


def test_the_interval_holds_the_true_area_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    true = 0.9213503964748575  # Φ(2 / √2), of two normal distributions two apart
    held = [true in Auroc.of(rng.normal(0, 1, 60), rng.normal(2, 1, 60)).interval for _ in range(400)]
    assert 0.92 <= np.mean(held) <= 0.98


@pytest.mark.parametrize(
    ("below", "above", "area", "interval"),
    [
        ([0, 1, 2], [3, 4], 1.0, wilson_interval(2, 2)),
        ([3, 4], [0, 1], 0.0, wilson_interval(0, 2)),
        ([1, 1], [1, 1], 0.5, wilson_interval(1, 2)),
        ([1], [0, 2, 3], 2 / 3, wilson_interval(1, 1)),
    ],
)
def test_where_there_is_no_spread_it_is_wilsons(
    below: list[float], above: list[float], area: float, interval: Interval
) -> None:
    found = Auroc.of(np.array(below, float), np.array(above, float))
    assert found.value == pytest.approx(area)
    assert found.interval == interval


def test_one_kind_alone_has_no_area() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        Auroc.of(np.array([]), np.array([1.0]))
