"""Correction of p values and of intervals for their number, by hand."""

import pytest

from cifar_core.evaluation.holm import confidence_of_each, holm


def test_holm_by_hand() -> None:
    assert holm([]) == []
    assert holm([0.2]) == [0.2]
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]


def test_intervals_that_hold_together_share_the_error() -> None:
    assert [confidence_of_each(count) for count in (0, 1, 2, 10)] == pytest.approx([0.95, 0.95, 0.975, 0.995])
    assert confidence_of_each(1_000_000) < 1  # a confidence of 1 would have no interval
