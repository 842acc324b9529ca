"""The moving average is that of pandas, and gaps stay gaps."""

import numpy as np
import pandas as pd
import pytest

from cifar_core.evaluation.smoothing import smoothed


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9, 0.99])
def test_it_is_what_pandas_computes(momentum: float) -> None:
    values = np.random.default_rng(0).normal(size=80)
    values[[5, 6, 40]] = np.nan
    expected = pd.Series(values).ewm(alpha=1 - momentum, adjust=True, ignore_na=True).mean().to_numpy()
    found = smoothed(values, momentum)
    known = np.isfinite(values)
    np.testing.assert_allclose(found[known], expected[known])
    assert np.isnan(found[~known]).all()


def test_by_hand_and_at_the_ends() -> None:
    np.testing.assert_allclose(smoothed([1.0, 3.0], 0.5), [1.0, (0.25 * 1 + 0.5 * 3) / 0.75])
    assert smoothed([], 0.5).shape == (0,)
    assert smoothed([2.0], 0.95).tolist() == [2.0]
    np.testing.assert_allclose(smoothed([4.0] * 9, 0.9), 4.0)
    found = smoothed([np.inf, 1.0], 0.5)
    assert np.isnan(found[0])
    assert found[1] == 1.0
