"""Attacks: pictures changed by a few steps of brightness so that a network doubts what it said (FGSM, PGD)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

AttackKind = Literal["fgsm", "pgd"]

PGD_STEPS = 10
"""With steps of a quarter of epsilon: far enough from one side of what is allowed to the other."""

Loss = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float64], NDArray[np.float32]]]
"""From pictures (N, H, W, 3) to their losses (N,) and the gradients of these, of which only the signs are used."""


@dataclass(frozen=True)
class Attack:
    """How pictures are changed, against the class that the network says of them as they are.

    Attributes
    ----------
    kind : {"fgsm", "pgd"}
        In one step, or in :data:`PGD_STEPS` small ones.
    epsilon : int
        No value of any pixel changes by more than this, of 255; 0 to 255.
    """

    kind: AttackKind
    epsilon: int


def attack_pictures(pictures: NDArray[np.uint8], attack: Attack, loss: Loss) -> NDArray[np.uint8]:
    """Change pictures so that a loss grows.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures; left as they are.
    attack : Attack
        How, and by how much at most.
    loss : callable
        What is to grow.

    Returns
    -------
    ndarray of uint8, shape (N, H, W, 3)
        All steps are whole numbers, so that nothing is lost by rounding: the loss was computed of these very pictures.
    """
    if attack.kind == "fgsm":
        return fgsm(pictures, attack.epsilon, loss)
    return pgd(pictures, attack.epsilon, loss)


def fgsm(pictures: NDArray[np.uint8], epsilon: int, loss: Loss) -> NDArray[np.uint8]:
    """Move each value by epsilon to the side on which the loss grows: the fast gradient sign method.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    epsilon : int
        Of 255. A value whose gradient is 0 stays.
    loss : callable
        What is to grow.

    References
    ----------
    I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and Harnessing Adversarial Examples", ICLR 2015,
    arXiv:1412.6572, section 4.
    """
    _, gradients = loss(pictures)
    return _stepped(pictures, gradients, epsilon, pictures, epsilon)


def pgd(pictures: NDArray[np.uint8], epsilon: int, loss: Loss, steps: int = PGD_STEPS) -> NDArray[np.uint8]:
    """Walk in small steps along the sign of the gradient, never further than epsilon: projected gradient descent.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures. The walk begins at each of them and not at a random one nearby: no chance is in it.
    epsilon : int
        Of 255. A step is a quarter of it, rounded up to a whole number.
    loss : callable
        What is to grow.
    steps : int
        How many, ``>= 1``.

    Returns
    -------
    ndarray of uint8, shape (N, H, W, 3)
        Of all that were passed, the picture itself among them, the one of the highest loss.

    References
    ----------
    A. Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018, arXiv:1706.06083,
    section 2.1.
    """
    highest, gradients = loss(pictures)
    strongest = now = pictures
    for _ in range(steps):
        now = _stepped(now, gradients, -(-epsilon // 4), pictures, epsilon)
        losses, gradients = loss(now)
        strongest = np.where((losses > highest)[:, None, None, None], now, strongest)
        highest = np.maximum(losses, highest)
    return strongest.copy()


def _stepped(
    now: NDArray[np.uint8],
    gradients: NDArray[np.float32],
    step: int,
    pictures: NDArray[np.uint8],
    epsilon: int,
) -> NDArray[np.uint8]:
    """Step along the sign of the gradient, and back to within epsilon of the pictures and to 0–255."""
    middle = pictures.astype(np.int16)
    moved = now + step * np.sign(gradients).astype(np.int16)
    moved = np.clip(moved, middle - epsilon, middle + epsilon)
    return np.asarray(np.clip(moved, 0, 255), np.uint8)
