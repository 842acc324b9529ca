import numpy as np
import pytest
from sklearn.metrics import log_loss

from cifar_core.evaluation.cross_entropy import cross_entropy
from cifar_core.evaluation.predictions import Predictions


def predictions(logits: list[list[float]], labels: list[int]) -> Predictions:
    return Predictions(np.array(logits, np.float32), np.array(labels), np.arange(len(labels)))


def test_a_model_that_knows_nothing_has_the_logarithm_of_the_class_count() -> None:
    assert cross_entropy(predictions([[1, 1, 1, 1]], [2])) == pytest.approx(np.log(4))


def test_a_certain_and_wrong_model_is_charged_in_full() -> None:
    assert cross_entropy(predictions([[1000, 0]], [1])) == pytest.approx(1000)


def test_it_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    some = predictions(rng.normal(size=(50, 5)).tolist(), rng.integers(0, 5, 50).tolist())
    assert cross_entropy(some) == pytest.approx(log_loss(some.labels, some.probabilities, labels=range(5)))
