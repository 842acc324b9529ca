"""The loss that a training makes small, as a function of the pixels: cross-entropy, and which way it grows."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.softmax import softmax
from cifar_core.explain.attack import Loss
from cifar_core.explain.backends.backend import RUNNER_UP
from cifar_core.explain.compiled import Compiled
from cifar_core.explain.evidence import finite

SURE = 1e-4
"""Below this loss single precision has too few digits left for 1 minus the probability."""

_LEAST_SHARE = 1e-6


def cross_entropy(compiled: Compiled, classes: NDArray[np.int32]) -> Loss:
    """Return the cross-entropy of a network with one class for each picture.

    Parameters
    ----------
    compiled : Compiled
        The network.
    classes : ndarray of int32, shape (N,)
        What counts as right.

    Returns
    -------
    callable
        From N pictures to losses and gradients. Where a network is sure, the gradient is given up to a positive factor:
        with it, it would vanish.
    """
    others = np.full_like(classes, RUNNER_UP)

    def loss(pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        logits, _, slopes = compiled.gradients(None, "log_probability")(pictures, classes, others)
        behind = finite(logits).astype(np.float64)
        behind -= np.take_along_axis(behind, classes[:, None], axis=1)
        losses = np.logaddexp.reduce(behind, axis=1)
        gradients = -finite(slopes)
        for index in np.flatnonzero(losses < SURE):
            gradients[index] = _where_sure(compiled, pictures[index], int(classes[index]), behind[index])
        return losses, gradients

    return loss


def _where_sure(
    compiled: Compiled, picture: NDArray[np.uint8], own: int, behind: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return the gradient divided by 1 minus the probability.

    It is the mean of the gradients of z_j - z_own over the other classes j, each with its share of what the class
    itself leaves them.
    """
    rest = behind.copy()
    rest[own] = -np.inf
    shares = softmax(rest)
    (others,) = np.nonzero(shares > _LEAST_SHARE)
    same = np.full(len(others), own, np.int32)
    pictures = np.broadcast_to(picture, (len(others), *picture.shape))
    _, _, slopes = compiled.gradients(None, "margin")(pictures, same, others.astype(np.int32))
    return np.asarray(-np.tensordot(shares[others], finite(slopes), axes=1), np.float32)
