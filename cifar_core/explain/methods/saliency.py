"""Saliency: which pixels change the class's score most."""

import numpy as np

from cifar_core.explain.methods.method import Arrays, Batched, Method


def gradient_size(picture: Arrays, pixel_gradients: Batched) -> Arrays:
    """Take the largest derivative of the score among the colours of each pixel, whatever its sign.

    Parameters
    ----------
    picture : ndarray of float32, shape (H, W, C)
        The picture.
    pixel_gradients : callable
        The derivative of the score with respect to the pixels.

    Returns
    -------
    ndarray of float32, shape (H, W)
        By how much the score changes, up or down, for a step of one in the colour that changes it most.

    References
    ----------
    K. Simonyan, A. Vedaldi and A. Zisserman, "Deep Inside Convolutional Networks: Visualising Image Classification
    Models and Saliency Maps", ICLR 2014 workshop, arXiv:1312.6034, section 3.1.
    """
    (gradient,) = pixel_gradients(1, lambda _: picture[None])
    return np.asarray(np.abs(gradient).max(axis=2), np.float32)


SALIENCY = Method(
    id="saliency",
    title="Saliency",
    summary="The gradient of the class's score with respect to each pixel: where a small change changes most.",
    reference="Simonyan et al. 2013, arXiv:1312.6034",
    unit="score per step of a pixel, either way",
    needs=("picture", "pixel_gradients"),
    evidence=gradient_size,
    signed=False,
)
