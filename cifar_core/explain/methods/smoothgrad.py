"""SmoothGrad: saliency, averaged over noisy copies of the picture."""

import numpy as np

from cifar_core.explain.methods.method import Arrays, Batched, Method

COPIES = 50
NOISE = 0.15
"""Standard deviation of the noise, as a share of the range from the darkest to the brightest value of the picture."""


def mean_gradient_size(picture: Arrays, pixel_gradients: Batched) -> Arrays:
    """Average the gradient over copies of the picture with noise, and take the largest among a pixel's colours.

    Parameters
    ----------
    picture : ndarray of float32, shape (H, W, C)
        The picture.
    pixel_gradients : callable
        The derivative of the score with respect to the pixels.

    Returns
    -------
    ndarray of float32, shape (H, W)
        Without its sign, as saliency. The noise is the same each time.

    References
    ----------
    D. Smilkov et al., "SmoothGrad: removing noise by adding noise", 2017, arXiv:1706.03825, section 3.
    """
    noise = np.random.default_rng(0).standard_normal((COPIES, *picture.shape), np.float32)
    noise *= NOISE * np.ptp(picture)
    gradient = pixel_gradients(COPIES, lambda part: picture + noise[part]).mean(axis=0)
    return np.asarray(np.abs(gradient).max(axis=2), np.float32)


SMOOTHGRAD = Method(
    id="smoothgrad",
    title="SmoothGrad",
    summary="Saliency, averaged over 50 copies of the picture with noise, so that what is chance cancels out.",
    reference="Smilkov et al. 2017, arXiv:1706.03825",
    unit="mean score per step of a pixel, either way",
    needs=("picture", "pixel_gradients"),
    evidence=mean_gradient_size,
    signed=False,
    cost=f"{COPIES} passes and their gradients",
)
