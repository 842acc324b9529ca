"""Probabilities and ranks of an answer."""

import numpy as np

from cifar_core.explain.result import Explanation


def test_probabilities_of_large_logits() -> None:
    answer = Explanation(np.array([1000.0, 1000.0, -1000.0], np.float32), 0, None, ())
    assert answer.probabilities.tolist() == [0.5, 0.5, 0.0]
    assert answer.top(2) == ((0, 0.5), (1, 0.5))
    assert answer.predicted == 0
