"""Models asked together, and agreement, against values worked out by hand and scikit-learn."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from sklearn.metrics import cohen_kappa_score

from cifar_core.evaluation.ensemble import cohens_kappa, disagreement, ensemble, mean_probabilities
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


@pytest.mark.parametrize(("count", "classes"), [(0, 10), (1, 1), (1, 2), (50, 10), (20, 100)])
def test_disagreement_of_two_is_scipys(count: int, classes: int) -> None:
    rng = np.random.default_rng(0)
    one, other = (
        Predictions(
            rng.normal(0, 5, (count, classes)).astype(np.float32), np.zeros(count, np.int64), np.arange(count)
        )
        for _ in range(2)
    )
    theirs = np.zeros(count)
    for row in range(count if classes > 1 else 0):
        theirs[row] = jensenshannon(one.probabilities[row], other.probabilities[row], base=2) ** 2
    np.testing.assert_allclose(disagreement([one, other]), theirs, atol=1e-7)
    np.testing.assert_array_equal(disagreement([one, other]), disagreement([other, one]))


def test_disagreement_by_hand() -> None:
    sure = [of([[1 - 1e-30, 1e-30, 1e-30]], [0]), of([[1e-30, 1, 1e-30]], [0]), of([[1e-30, 1e-30, 1]], [0])]
    assert disagreement(sure[:2]) == pytest.approx([1.0])
    assert disagreement(sure) == pytest.approx([np.log2(3)])
    assert disagreement([sure[0], sure[0], sure[1]]) == pytest.approx([np.log2(3) - 2 / 3])
    assert disagreement([ONE, ONE]) == pytest.approx([0, 0], abs=1e-12)
    half, quarter = of([[0.5, 0.5]], [0]), of([[0.75, 0.25]], [0])
    by_hand = -(0.625 * np.log2(0.625) + 0.375 * np.log2(0.375)) - (1 + 0.8112781244591328) / 2
    assert disagreement([half, quarter]) == pytest.approx([by_hand], abs=1e-6)
