"""Intervals in words."""

import pytest

from cifar_core.evaluation.intervals import Interval


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(-0.05, 0.02, "−5.0 to 2.0"), (-0.05, -0.0002, "−5.00 to −0.02"), (0.0, 0.031, "0.0 to 3.1")],
)
def test_a_difference_that_leaves_out_zero_never_looks_as_if_it_did_not(
    low: float, high: float, words: str
) -> None:
    assert Interval(low, high).in_points == words
