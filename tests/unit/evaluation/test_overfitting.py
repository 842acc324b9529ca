"""Where overfitting begins is said where the loss rises, and jitter is not called a rise."""

import numpy as np
import pytest

from cifar_core.evaluation.overfitting import FEWEST, find_overfitting


def test_by_hand() -> None:
    losses = [2.0, 1.5, 1.2, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]
    found = find_overfitting(range(1, 11), losses)
    assert found is not None
    assert (found.epoch, found.lowest, found.last, found.end) == (4, 1.0, 10, 1.6)
    assert found.rise == pytest.approx(0.6)
    assert found.jitter == pytest.approx(0.0, abs=1e-6)  # The last four bends are those of a straight line.
    assert found.is_real


def test_gaps_are_passed_over_and_the_mean_of_the_end_counts() -> None:
    losses = [np.nan, 1.0, np.inf, *np.linspace(1.1, 3.0, 20)]
    found = find_overfitting(range(1, len(losses) + 1), losses)
    assert found is not None
    assert found.epoch == 2
    assert found.end == pytest.approx((2.9 + 3.0) / 2)


def test_nothing_and_little() -> None:
    assert find_overfitting([], []) is None
    assert find_overfitting([1], [np.nan]) is None
    short = find_overfitting(range(1, FEWEST), np.arange(FEWEST - 1, 0.0, -1))
    assert short is not None
    assert short.is_real is None


@pytest.mark.parametrize("length", [FEWEST, 12, 30, 200])
def test_what_only_jitters_is_called_overfitting_in_one_of_twenty_at_most(length: int) -> None:
    rng = np.random.default_rng(length)
    falling = np.exp(-5 * np.arange(length) / length)
    for course in (np.zeros(length), falling):
        answers = [
            find_overfitting(range(1, length + 1), course + 0.05 * rng.normal(size=length))
            for _ in range(400)
        ]
        # Of 400 true rates of 5% more than 30 come once in a hundred times.
        assert sum(bool(one and one.is_real) for one in answers) <= 30


@pytest.mark.parametrize("length", [12, 30, 200])
def test_a_rise_is_found(length: int) -> None:
    rng = np.random.default_rng(length)
    along = np.arange(length) / length
    course = 1.5 * np.exp(-8 * along) + 0.5 * np.maximum(0, along - 0.3)
    found = [
        find_overfitting(range(1, length + 1), course + 0.01 * rng.normal(size=length)) for _ in range(50)
    ]
    assert sum(bool(one and one.is_real) for one in found) >= 45
