"""XGrad-CAM: Grad-CAM whose weights follow from two axioms."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.methods.method import Method


def activation_weighted_sum(
    features: NDArray[np.float32], gradients: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Weigh each feature map by the mean of its gradient, where it is active more than elsewhere, and add the maps up.

    Parameters
    ----------
    features : ndarray of float32, shape (N, h, w, K)
        Output of a convolutional layer; a map that sums up to 0 counts nothing.
    gradients : ndarray of float32, shape (N, h, w, K)
        Derivative of the class's logit.

    Returns
    -------
    ndarray of float32, shape (N, h, w)
        Its sum is that of gradient times activation.

    References
    ----------
    R. Fu et al., "Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs", BMVC 2020,
    arXiv:2008.02312, equation 8.
    """
    together = features.sum(axis=(1, 2))
    weighted = (gradients * features).sum(axis=(1, 2))
    importance = np.divide(weighted, together, out=np.zeros_like(together), where=np.abs(together) > 1e-7)
    return np.asarray((features @ importance[:, None, :, None])[..., 0], dtype=np.float32)


XGRADCAM = Method(
    id="xgradcam",
    title="XGrad-CAM",
    summary="Grad-CAM with gradients that count more where their map is active, so that nothing is lost in the sum.",
    reference="Fu et al. 2020, arXiv:2008.02312",
    unit="activation-weighted gradient of the logit times activation",
    needs=("features", "gradients"),
    evidence=activation_weighted_sum,
)
