"""Models asked together, and agreement, against values worked out by hand and scikit-learn."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from cifar_core.evaluation.ensemble import cohens_kappa, ensemble, mean_probabilities
from cifar_core.evaluation.predictions import Predictions
from tests.fake_runs import predictions_of


def of(probabilities: list[list[float]], labels: list[int], order: list[int] | None = None) -> Predictions:
    logits = np.log(np.array(probabilities, np.float32))
    indices = np.arange(len(labels)) if order is None else np.array(order)
    return Predictions(logits, np.array(labels), indices)


ONE, OTHER = of([[0.9, 0.1], [0.5, 0.5]], [0, 1]), of([[0.3, 0.7], [0.1, 0.9]], [0, 1])


def test_it_is_the_mean_of_probabilities() -> None:
    assert mean_probabilities([ONE, OTHER]) == pytest.approx(np.array([[0.6, 0.4], [0.3, 0.7]]), abs=1e-6)
    both = ensemble([ONE, OTHER])
    assert both.predicted.tolist() == [0, 1]
    assert both.probabilities == pytest.approx(np.array([[0.6, 0.4], [0.3, 0.7]]), abs=1e-6)


def test_each_may_have_an_order_of_its_own() -> None:
    turned = of([[0.1, 0.9], [0.3, 0.7]], [1, 0], order=[1, 0])
    assert ensemble([ONE, turned]).probabilities == pytest.approx(ensemble([ONE, OTHER]).probabilities)


def test_one_alone_is_itself() -> None:
    assert ensemble([ONE]).probabilities == pytest.approx(ONE.probabilities)


def test_impossible_classes_stay_finite() -> None:
    sure = Predictions(np.array([[0.0, -60_000.0]], np.float32), np.array([0]), np.array([0]))
    assert np.isfinite(ensemble([sure, sure]).logits).all()


@pytest.mark.parametrize("seed", range(3))
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    dice = np.random.default_rng(seed)
    a: NDArray[np.int64] = dice.integers(0, 5, 300)
    b = np.where(dice.random(300) < 0.6, a, dice.integers(0, 5, 300))
    found = cohens_kappa(predictions_of(a, a, 5), predictions_of(a, b, 5))  # type: ignore[arg-type]
    assert found == pytest.approx(cohen_kappa_score(a, b))


def test_kappa_at_its_ends() -> None:
    labels = [0, 1, 0, 1]
    assert cohens_kappa(predictions_of(labels, labels, 2), predictions_of(labels, labels, 2)) == 1.0
    assert cohens_kappa(predictions_of(labels, [0, 0, 1, 1], 2), predictions_of(labels, labels, 2)) == 0.0
    assert cohens_kappa(predictions_of(labels, [1] * 4, 2), predictions_of(labels, [1] * 4, 2)) == 1.0
    none = predictions_of([], [], 2)
    assert np.isnan(cohens_kappa(none, none))
