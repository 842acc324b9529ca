"""Rank correlation of maps, against SciPy and at its ends."""

import numpy as np
from scipy.stats import spearmanr

from cifar_core.explain.faithfulness.similarity import rank_correlations


def test_it_is_that_of_scipy_with_ties_too() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, (2, 6, 4, 4)).astype(np.float32)
    expected = [spearmanr(one.ravel(), other.ravel()).statistic for one, other in zip(a, b, strict=True)]
    np.testing.assert_allclose(rank_correlations(a, b), expected)


def test_the_same_the_reverse_and_a_map_without_order() -> None:
    one = np.arange(9, dtype=np.float32).reshape(1, 3, 3)
    assert rank_correlations(one, one**3).tolist() == [1]
    assert rank_correlations(one, -one).tolist() == [-1]
    assert np.isnan(rank_correlations(one, np.zeros_like(one))).all()
    assert np.isnan(rank_correlations(one[:, :1, :1], one[:, :1, :1])).all()
