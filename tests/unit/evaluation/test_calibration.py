"""Calibration against values worked out by hand, scikit-learn, and networks of which it is known."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve

from cifar_core.evaluation.calibration import (
    Reliability,
    accuracy_by_coverage,
    brier_score,
    fit_temperature,
    with_temperature,
)
from cifar_core.evaluation.cross_entropy import cross_entropy
from cifar_core.evaluation.predictions import Predictions


def of_probabilities(
    probabilities: NDArray[np.float64], labels: list[int] | NDArray[np.int64]
) -> Predictions:
    logits = np.log(np.maximum(probabilities, 1e-30)).astype(np.float32)
    return Predictions(logits, np.asarray(labels, np.int64), np.arange(len(labels)))


def honest(pictures: int, classes: int, seed: int, *, scale: float = 1.0) -> Predictions:
    """Return a network whose labels are drawn from its own probabilities, then made surer by ``scale``."""
    dice = np.random.default_rng(seed)
    logits = 2.0 * dice.normal(size=(pictures, classes))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (probabilities.cumsum(axis=1) < dice.random((pictures, 1))).sum(axis=1)
    return Predictions((scale * logits).astype(np.float32), labels.astype(np.int64), np.arange(pictures))


FOUR = of_probabilities(np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]]), [0, 1, 0, 0])


def test_a_case_that_can_be_worked_out() -> None:
    found = Reliability.of(FOUR, bins=4)
    # Confidences 0.9, 0.9, 0.6, 0.6: right once of two, and once of two.
    assert found.low == pytest.approx([0.5, 0.75])
    assert found.high == pytest.approx([0.75, 1.0])
    assert found.count.tolist() == [2, 2]
    assert found.accuracy.tolist() == [0.5, 0.5]
    assert found.confidence == pytest.approx([0.6, 0.9])
    assert found.error == pytest.approx(0.25)
    assert found.tendency == pytest.approx(0.25)
    # (0.1² + 0.1²) + (0.9² + 0.9²) + (0.4² + 0.4²) + (0.6² + 0.6²), over four
    assert brier_score(FOUR) == pytest.approx((0.02 + 1.62 + 0.32 + 0.72) / 4, rel=1e-6)


def test_bins_of_equal_mass_hold_equally_many() -> None:
    found = Reliability.of(honest(3_000, 10, 1), bins=15, equal="mass")
    assert found.count.tolist() == [200] * 15
    assert (found.low[1:] == found.high[:-1]).all()


@pytest.mark.parametrize(("equal", "strategy"), [("width", "uniform"), ("mass", "quantile")])
def test_scikit_learn_finds_the_same_curve(equal: str, strategy: str) -> None:
    predictions = honest(2_000, 10, 2)
    accuracy, confidence = calibration_curve(
        predictions.correct, predictions.confidence, n_bins=15, strategy=strategy
    )
    found = Reliability.of(predictions, bins=15, equal=equal)  # type: ignore[arg-type]
    assert found.accuracy == pytest.approx(accuracy)
    assert found.confidence == pytest.approx(confidence)


def test_a_network_that_is_honest_has_next_to_no_error() -> None:
    honest_error = Reliability.of(honest(50_000, 10, 3)).error
    too_sure = Reliability.of(honest(50_000, 10, 3, scale=3.0))
    too_modest = Reliability.of(honest(50_000, 10, 3, scale=0.4))
    assert honest_error < 0.01
    assert too_sure.error > 0.1
    assert too_sure.tendency == pytest.approx(too_sure.error, abs=0.01)
    assert too_modest.tendency < -0.1


@pytest.mark.parametrize("scale", [0.4, 1.0, 3.0])
def test_the_temperature_that_was_lost_is_found(scale: float) -> None:
    temperature = fit_temperature(honest(20_000, 10, 4, scale=scale))
    assert temperature == pytest.approx(scale, rel=0.03)
    test = honest(20_000, 10, 5, scale=scale)
    after = with_temperature(test, temperature)
    assert Reliability.of(after).error < 0.015
    assert cross_entropy(after) <= cross_entropy(test) + 1e-3
    assert np.array_equal(after.predicted, test.predicted)


def test_a_network_without_mistakes_cannot_be_too_sure() -> None:
    right = of_probabilities(np.full((20, 2), [0.7, 0.3]), [0] * 20)
    assert fit_temperature(right) == pytest.approx(0.05, rel=0.01)


def test_accuracy_by_coverage() -> None:
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
    coverage, accuracy = accuracy_by_coverage(of_probabilities(probabilities, [0, 1, 1, 0]))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert accuracy == pytest.approx([1.0, 1.0, 2 / 3, 0.75])
    tied = of_probabilities(np.full((4, 2), [0.8, 0.2]), [0, 1, 1, 1])
    assert [values.tolist() for values in accuracy_by_coverage(tied)] == [[1.0], [0.25]]


def test_no_pictures_have_no_figures() -> None:
    none = Predictions(np.empty((0, 3), np.float32), np.empty(0, np.int64), np.empty(0, np.int64))
    for equal in ("width", "mass"):
        found = Reliability.of(none, equal=equal)  # type: ignore[arg-type]
        assert (len(found.count), np.isnan(found.error), np.isnan(found.tendency)) == (0, True, True)
    assert np.isnan(brier_score(none))
    assert [len(values) for values in accuracy_by_coverage(none)] == [0, 0]
