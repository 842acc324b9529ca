"""Integrated Gradients: the score's whole way from a grey picture to this one, shared out among the pixels."""

import numpy as np

from cifar_core.explain.methods.method import GREY, Arrays, Batched, Method

STEPS = (64, 128, 256)
"""Places on the way at which the gradient is taken: more, as long as something is missing."""

MISSING = 0.01
"""What the shares may add up to more or less than the score's difference, as a share of it."""


def shares_of_score(picture: Arrays, scores: Batched, pixel_gradients: Batched) -> Arrays:
    """Add the gradient up along the straight way from a grey picture to this one, times what each pixel changes.

    Parameters
    ----------
    picture : ndarray of float32, shape (H, W, C)
        The picture.
    scores : callable
        The score of variants of the picture.
    pixel_gradients : callable
        Its derivative with respect to the pixels.

    Returns
    -------
    ndarray of float32, shape (H, W)
        They add up to the score of the picture less that of the grey one (completeness).

    References
    ----------
    M. Sundararajan, A. Taly and Q. Yan, "Axiomatic Attribution for Deep Networks", ICML 2017, arXiv:1703.01365,
    equations 1 and 3; the integral by the midpoint rule.
    """
    way = picture - GREY
    start, end = scores(2, lambda part: np.stack([picture - way, picture])[part])
    for steps in STEPS:
        shares = _midpoints(way, steps, pixel_gradients)
        if abs(shares.sum() - (end - start)) <= MISSING * abs(end - start):
            break
    return shares


def _midpoints(way: Arrays, steps: int, pixel_gradients: Batched) -> Arrays:
    at = np.asarray((np.arange(steps) + 0.5) / steps, np.float32)[:, None, None, None]
    gradient = pixel_gradients(steps, lambda part: GREY + at[part] * way).mean(axis=0)
    return np.asarray((way * gradient).sum(axis=2), np.float32)


INTEGRATED_GRADIENTS = Method(
    id="integrated-gradients",
    title="Integrated Gradients",
    summary="Gradients on the way from a grey picture to this one: shares of the pixels in the score's difference.",
    reference="Sundararajan et al. 2017, arXiv:1703.01365",
    unit="share of the score",
    needs=("picture", "scores", "pixel_gradients"),
    evidence=shares_of_score,
    cost=f"{STEPS[0]} passes and their gradients, or as many as it takes to add up ({sum(STEPS)} at most)",
    adds_up="the score of this picture less that of a grey one",
)
