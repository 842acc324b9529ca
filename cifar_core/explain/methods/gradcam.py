"""Grad-CAM: the parts of a picture that speak for a class."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.methods.method import Method


def weighted_sum(features: NDArray[np.float32], gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weigh each feature map by the mean of its gradient and add the maps up.

    Parameters
    ----------
    features : ndarray of float32, shape (N, h, w, K)
        Output of a convolutional layer: K maps for each picture.
    gradients : ndarray of float32, shape (N, h, w, K)
        Derivative of the class's logit with respect to ``features``.

    Returns
    -------
    ndarray of float32, shape (N, h, w)
        Positive where the picture speaks for the class, negative where it speaks for others.

    References
    ----------
    R. R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
    Localization", ICCV 2017, arXiv:1610.02391, equations 1 and 2.
    """
    importance = gradients.mean(axis=(1, 2))
    # One product of a (h·w, K) matrix with a vector of K numbers for each picture.
    return np.asarray((features @ importance[:, None, :, None])[..., 0], dtype=np.float32)


GRADCAM = Method(
    id="gradcam",
    title="Grad-CAM",
    summary="Adds up a layer's maps, each weighed by how much the class's logit grows with it on average.",
    reference="Selvaraju et al. 2017, arXiv:1610.02391",
    unit="mean gradient of the logit times activation",
    needs=("features", "gradients"),
    evidence=weighted_sum,
)
