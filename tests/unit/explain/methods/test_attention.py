"""Attention rollout and relevance, by hand and against the matrices of their publications."""

import numpy as np
import pytest

from cifar_core.explain.methods.relevance import relevance
from cifar_core.explain.methods.rollout import roll_out


def blocks(count: int = 3, heads: int = 2, tokens: int = 5) -> list[np.ndarray]:
    """Weights of attention: each row adds up to 1."""
    given = np.random.default_rng(count).uniform(size=(count, heads, tokens, tokens)).astype(np.float32)
    return list(given / given.sum(axis=-1, keepdims=True))


def whole(tokens: np.ndarray) -> np.ndarray:
    return tokens


def test_half_of_a_token_stays_and_half_goes_where_it_looks() -> None:
    """Two blocks, two tokens, by hand: ½·¼ + ½·1 = ⅝ of token 0 stay at the first step back, and so on."""
    first = np.array([[[0, 1], [1, 0]]], np.float32)
    second = np.array([[[0.5, 0.5], [1, 0]], [[0, 1], [1, 0]]], np.float32)
    read = np.array([1, 0], np.float32)
    # Heads' mean of the second: token 0 looks at itself by ¼; with the shortcut ⅝ and ⅜; the first exchanges half.
    assert roll_out([first, second], read, whole) == pytest.approx([0.5, 0.5])
    assert roll_out([second], read, whole) == pytest.approx([5 / 8, 3 / 8])
    assert roll_out([np.eye(2, dtype=np.float32)[None]] * 4, read, whole) == pytest.approx([1, 0])


@pytest.mark.parametrize("read", [[1, 0, 0, 0, 0], [0.2] * 5, [0, 0.5, 0, 0.5, 0]])
def test_rollout_is_a_product_of_matrices(read: list[float]) -> None:
    attention, row = blocks(), np.array(read, np.float32)
    product = np.eye(5)
    for (
        weights
    ) in attention:  # Abnar and Zuidema, equation 1: the raw attention with its shortcut, from below.
        product = (0.5 * weights.mean(axis=0) + 0.5 * np.eye(5)) @ product
    found = roll_out(attention, row, whole)
    assert found == pytest.approx(row @ product, rel=1e-5)
    assert found.sum() == pytest.approx(1)


def test_relevance_is_the_published_sum_without_its_beginning() -> None:
    attention = blocks()
    gradients = [np.random.default_rng(9 + one).normal(size=(2, 5, 5)).astype(np.float32) for one in range(3)]
    of_each = np.eye(5)
    for weights, gradient in zip(attention, gradients, strict=True):  # Chefer et al., equations 5 and 6.
        of_each = of_each + np.maximum(weights * gradient, 0).mean(axis=0) @ of_each
    class_token = np.eye(5, dtype=np.float32)[0]
    found = relevance(attention, gradients, class_token, lambda tokens: tokens[1:])
    assert found == pytest.approx(of_each[0, 1:], rel=1e-4)
    mean = np.full(5, 0.2, np.float32)
    assert relevance(attention, gradients, mean, whole) == pytest.approx(of_each.mean(axis=0) - 0.2, rel=1e-4)


def test_what_speaks_against_the_class_counts_nothing() -> None:
    attention = blocks(1)
    read = np.full(5, 0.2, np.float32)
    assert not relevance(attention, [-np.ones((2, 5, 5), np.float32)], read, whole).any()
    assert not relevance(attention, [np.zeros((2, 5, 5), np.float32)], read, whole).any()
    # Nothing is read anywhere, as where the answer is the same for all pictures.
    assert not roll_out(attention, np.zeros(5, np.float32), whole).any()
