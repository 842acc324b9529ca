"""Guided Backprop: a gradient that passes only where everything behind is active and speaks for the class."""

import numpy as np

from cifar_core.explain.methods.method import Arrays, Batched, Method


def guided_size(picture: Arrays, guided_gradients: Batched) -> Arrays:
    """Take the largest guided derivative of the score among the colours of each pixel, whatever its sign.

    Parameters
    ----------
    picture : ndarray of float32, shape (H, W, C)
        The picture.
    guided_gradients : callable
        The derivative of the score with respect to the pixels; each ReLU lets through only what is positive.

    Returns
    -------
    ndarray of float32, shape (H, W)
        Sharp contours; no derivative of anything.

    References
    ----------
    J. T. Springenberg et al., "Striving for Simplicity: The All Convolutional Net", ICLR 2015 workshop,
    arXiv:1412.6806, section 3.4. J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018, arXiv:1810.03292,
    shows that its maps hardly depend on the weights.
    """
    (gradient,) = guided_gradients(1, lambda _: picture[None])
    return np.asarray(np.abs(gradient).max(axis=2), np.float32)


GUIDED_BACKPROP = Method(
    id="guided-backprop",
    title="Guided Backprop",
    summary="Saliency in which each ReLU lets only positive gradients through: sharp, and hardly about the network.",
    reference="Springenberg et al. 2015, arXiv:1412.6806",
    unit="guided gradient of the score, either way",
    needs=("picture", "guided_gradients"),
    evidence=guided_size,
    signed=False,
    warning="**Do not believe it**: it draws much the same for a network with random weights (arXiv:1810.03292).",
)
