"""HiResCAM: Grad-CAM that takes no mean over the places."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.methods.method import Method


def products(features: NDArray[np.float32], gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply each feature by its own gradient and add the maps up.

    Parameters
    ----------
    features : ndarray of float32, shape (N, h, w, K)
        Output of a convolutional layer.
    gradients : ndarray of float32, shape (N, h, w, K)
        Derivative of the class's logit.

    Returns
    -------
    ndarray of float32, shape (N, h, w)
        Where only flattening and one dense layer come behind, the map and the layer's bias add up to the logit: no
        place is coloured that the network did not use.

    References
    ----------
    R. L. Draelos and L. Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural
    networks", 2020, arXiv:2011.08891, equation 7.
    """
    return np.asarray((features * gradients).sum(axis=3), dtype=np.float32)


HIRESCAM = Method(
    id="hirescam",
    title="HiResCAM",
    summary="Multiplies each feature by its own gradient, so that no place is coloured that was not used.",
    reference="Draelos and Carin 2020, arXiv:2011.08891",
    unit="gradient of the logit times activation",
    needs=("features", "gradients"),
    evidence=products,
)
