import numpy as np
import pytest
from scipy.special import softmax as reference

from cifar_core.evaluation.softmax import softmax


def test_known_values() -> None:
    np.testing.assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625], rtol=1e-15)
    np.testing.assert_array_equal(softmax(np.zeros((2, 4))), np.full((2, 4), 0.25))


@pytest.mark.parametrize("shape", [(10,), (7, 10), (2, 3, 10)])
def test_it_is_what_scipy_computes_over_the_last_axis(shape: tuple[int, ...]) -> None:
    logits = np.random.default_rng(0).normal(0, 10, shape).astype(np.float32)
    got = softmax(logits)
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, reference(logits.astype(np.float64), axis=-1), rtol=1e-14)
    np.testing.assert_allclose(got.sum(axis=-1), 1, rtol=1e-15)


def test_large_logits_do_not_overflow_and_the_logits_stay_as_they_are() -> None:
    logits = np.array([[1e4, 1e4 - 1], [-1e4, -1e4]])
    before = logits.copy()
    np.testing.assert_allclose(softmax(logits), [[1 / (1 + np.exp(-1)), 1 / (1 + np.e)], [0.5, 0.5]])
    np.testing.assert_array_equal(logits, before)
