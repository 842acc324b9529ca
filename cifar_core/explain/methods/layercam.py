"""LayerCAM: positive gradients place by place, for earlier layers with finer maps."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.methods.method import Method


def positive_products(features: NDArray[np.float32], gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply each feature by its own gradient where that is positive, and add the maps up.

    Parameters
    ----------
    features : ndarray of float32, shape (N, h, w, K)
        Output of a convolutional layer.
    gradients : ndarray of float32, shape (N, h, w, K)
        Derivative of the class's logit.

    Returns
    -------
    ndarray of float32, shape (N, h, w)
        Positive where the picture speaks for the class.

    References
    ----------
    P.-T. Jiang et al., "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization", IEEE Transactions on
    Image Processing 30, 2021, doi:10.1109/TIP.2021.3089943, equations 6 and 7.
    """
    return np.asarray((features * np.maximum(gradients, 0)).sum(axis=3), dtype=np.float32)


LAYERCAM = Method(
    id="layercam",
    title="LayerCAM",
    summary="Multiplies each feature by its own gradient where that is positive; made for earlier, finer layers.",
    reference="Jiang et al. 2021, doi:10.1109/TIP.2021.3089943",
    unit="positive gradient of the logit times activation",
    needs=("features", "gradients"),
    evidence=positive_products,
)
