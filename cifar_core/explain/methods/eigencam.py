"""Eigen-CAM: what stands out in a layer's maps, whatever the class."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.methods.method import Method


def first_component(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Project the features of each place onto the direction in which they are largest together.

    Parameters
    ----------
    features : ndarray of float32, shape (N, h, w, K)
        Output of a convolutional layer.

    Returns
    -------
    ndarray of float32, shape (N, h, w)
        The first principal component without taking the mean away. Its sign is free; here the map adds up to a
        positive number.

    References
    ----------
    M. B. Muhammad and M. Yeasin, "Eigen-CAM: Class Activation Map using Principal Components", IJCNN 2020,
    arXiv:2008.00299, equation 4.
    """
    number, height, width, maps = features.shape
    places = features.reshape(number, height * width, maps)
    _, _, directions = np.linalg.svd(places, full_matrices=False)
    projected = (places @ directions[:, 0, :, None]).reshape(number, height, width)
    sign = np.where(projected.sum(axis=(1, 2), keepdims=True) < 0, -1, 1)
    return np.asarray(projected * sign, dtype=np.float32)


EIGENCAM = Method(
    id="eigencam",
    title="Eigen-CAM",
    summary="Shows what stands out most in a layer's maps. It does not ask for a class: all have the same map.",
    reference="Muhammad and Yeasin 2020, arXiv:2008.00299",
    unit="first principal component of the activations",
    needs=("features",),
    evidence=first_component,
    asks_class=False,
)
