"""Attacks on networks that are worked out by hand, and on a curved one in NumPy."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.explain.attack import Attack, Loss, attack_pictures, fgsm, pgd

SHAPE = (4, 5, 3)
Arrays = NDArray[np.float64]


def pictures(count: int = 6) -> NDArray[np.uint8]:
    found = np.random.default_rng(1).integers(0, 256, (count, *SHAPE), np.uint8)
    found[0, 0, 0], found[0, 1, 1] = 0, 255
    return found


def curved(seed: int) -> Loss:
    """Cross-entropy with class 0 of a network with one hidden layer of tanh, and its gradient by the chain rule."""
    dice = np.random.default_rng(seed)
    inner, outer = dice.normal(size=(60, 8)) / 300, dice.normal(size=(8, 3))

    def loss(shown: NDArray[np.uint8]) -> tuple[Arrays, NDArray[np.float32]]:
        hidden = np.tanh((shown.reshape(len(shown), -1) - 128.0) @ inner)
        logits = hidden @ outer
        losses = np.logaddexp.reduce(logits, axis=1) - logits[:, 0]
        slopes = np.exp(logits - np.logaddexp.reduce(logits, axis=1)[:, None]) - np.eye(3)[0]
        gradients = ((slopes @ outer.T) * (1 - hidden**2)) @ inner.T
        return losses, gradients.reshape(shown.shape).astype(np.float32)

    return loss


def test_fgsm_moves_each_value_to_the_side_that_the_sign_says() -> None:
    gradients = np.array([[[[1e-9, -5, 0], [-2, 3, 7]]]], np.float32)
    shown = np.array([[[[100, 100, 100], [2, 253, 0]]]], np.uint8)
    changed = fgsm(shown, 4, lambda _: (np.zeros(1), gradients))
    assert changed.tolist() == [[[[104, 96, 100], [0, 255, 4]]]]


def test_pgd_walks_to_the_edge_and_stays_where_the_loss_was_highest() -> None:
    shown = np.full((1, 1, 1, 3), 100, np.uint8)
    passed = []

    def loss(now: NDArray[np.uint8]) -> tuple[Arrays, NDArray[np.float32]]:
        passed.append(now[0, 0, 0].tolist())
        first, second, _ = now[0, 0, 0].astype(float)
        # The first value grows for ever; the second has its peak at 103, which steps of 2 pass by on both sides.
        return np.array([first - abs(second - 103)]), np.array(
            [[[[1, np.sign(103 - second), 0]]]], np.float32
        )

    changed = pgd(shown, 6, loss, steps=5)
    assert passed[:5] == [[100, 100, 100], [102, 102, 100], [104, 104, 100], [106, 102, 100], [106, 104, 100]]
    assert changed.tolist() == [[[[106, 102, 100]]]]


@pytest.mark.parametrize("epsilon", [0, 1, 3, 8, 32, 255])
@pytest.mark.parametrize("kind", ["fgsm", "pgd"])
def test_no_value_leaves_its_bounds(kind: str, epsilon: int) -> None:
    shown = pictures()
    before = shown.copy()
    changed = attack_pictures(shown, Attack(kind, epsilon), curved(0))  # type: ignore[arg-type]
    assert changed.dtype == np.uint8
    assert (shown == before).all()
    moved = np.abs(changed.astype(int) - shown)
    assert moved.max() <= epsilon
    assert (moved == 0).all() == (epsilon == 0)


def test_pgd_is_never_weaker_than_fgsm_here_and_both_weaken_the_answer() -> None:
    shown = pictures(40)
    for seed in range(3):
        loss = curved(seed)
        for epsilon in (1, 8, 24):
            one, many = (loss(attack(shown, epsilon, loss))[0] for attack in (fgsm, pgd))
            assert (many >= one - 1e-12).all()
            assert (many > loss(shown)[0]).all()
            assert one.mean() > loss(shown)[0].mean()


def test_where_nothing_slopes_nothing_moves() -> None:
    shown = pictures()
    flat: Loss = lambda now: (np.zeros(len(now)), np.zeros(now.shape, np.float32))  # noqa: E731
    assert (fgsm(shown, 8, flat) == shown).all()
    assert (pgd(shown, 8, flat) == shown).all()
