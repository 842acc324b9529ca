"""Grad-CAM++: Grad-CAM for several objects of one class in a picture."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.methods.method import Method


def pixelwise_weighted_sum(
    features: NDArray[np.float32], gradients: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Weigh each feature map by its positive gradients, each with a share of its own, and add the maps up.

    The share of a place is such that a map that is strong in few places counts as much as one that is strong in many.

    Parameters
    ----------
    features : ndarray of float32, shape (N, h, w, K)
        Output of a convolutional layer.
    gradients : ndarray of float32, shape (N, h, w, K)
        Derivative of the class's logit S. The method scores exp(S), whose second and third derivatives are those of S
        to the powers two and three where the layers behind are linear piece by piece.

    Returns
    -------
    ndarray of float32, shape (N, h, w)
        Positive where the picture speaks for the class.

    References
    ----------
    A. Chattopadhyay et al., "Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks", WACV 2018,
    arXiv:1710.11063, equations 5 and 19.
    """
    squares = gradients**2
    denominator = 2 * squares + features.sum(axis=(1, 2), keepdims=True) * squares * gradients
    shares = np.divide(squares, denominator, out=np.zeros_like(squares), where=denominator != 0)
    importance = (shares * np.maximum(gradients, 0)).sum(axis=(1, 2))
    return np.asarray((features @ importance[:, None, :, None])[..., 0], dtype=np.float32)


GRADCAM_PLUS_PLUS = Method(
    id="gradcam++",
    title="Grad-CAM++",
    summary="Grad-CAM with a share for each place, so that each of several objects of the class is found.",
    reference="Chattopadhyay et al. 2018, arXiv:1710.11063",
    unit="weighted positive gradient of the logit times activation",
    needs=("features", "gradients"),
    evidence=pixelwise_weighted_sum,
)
