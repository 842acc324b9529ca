"""The energy by hand and against SciPy."""

import numpy as np
import pytest
from scipy.special import logsumexp

from cifar_core.explain.unknown.energy import energies


def test_by_hand() -> None:
    assert energies(np.zeros((1, 10), np.float32)) == pytest.approx(-np.log(10))
    assert energies(np.log([[1.0, 2.0, 5.0]])) == pytest.approx(-np.log(8))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 20.0])
def test_is_that_of_scipy_also_where_exp_overflows(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 500, (50, 7)).astype(np.float32)
    expected = -temperature * logsumexp(logits.astype(np.float64) / temperature, axis=1)
    np.testing.assert_allclose(energies(logits, temperature), expected, rtol=1e-12)


def test_what_is_subtracted_from_the_logits_changes_it() -> None:
    logits = np.array([[2.0, 5.0]])
    assert energies(logits - 5) == pytest.approx(energies(logits) + 5)
