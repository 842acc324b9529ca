from math import log

import pytest

from cifar_core.evaluation.guessing import guesses, guesses_by_loss


@pytest.mark.parametrize(
    ("accuracy", "classes", "expected"),
    [
        (0.1, 10, True), (0.118, 10, True), (0.119, 10, False), (0.05, 10, True), (0.012, 100, True),
        (0.02, 100, False), (0.5, 2, True), (0.509, 2, True), (0.52, 2, False), (1.0, 1, False), (0.0, 1, False),
    ],
)  # fmt: skip
def test_little_more_than_chance_is_guessing(accuracy: float, classes: int, expected: bool) -> None:
    assert guesses(accuracy, classes) is expected


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_equal_probabilities_are_guessing(classes: int) -> None:
    assert guesses_by_loss(log(classes), classes)
    assert guesses_by_loss(5.0, classes)
    assert not guesses_by_loss(0.9 * log(classes), classes)
    assert not guesses_by_loss(float("nan"), classes)
    assert not guesses_by_loss(0.0, 1)
