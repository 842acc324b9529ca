"""CAM: the class's own weights, where a network ends in global average pooling and one dense layer."""

import numpy as np

from cifar_core.explain.methods.method import Arrays, Method


def class_weighted_sum(features: Arrays, head_weights: Arrays) -> Arrays:
    """Weigh each feature map as the last layer weighs its mean, and add the maps up.

    Parameters
    ----------
    features : ndarray of float32, shape (h, w, K)
        What is averaged over all places before the last layer.
    head_weights : ndarray of float32, shape (K,)
        What that layer weighs the means with.

    Returns
    -------
    ndarray of float32, shape (h, w)
        Its mean and the layer's bias add up to the logit. It is Grad-CAM's map times the number of cells.

    References
    ----------
    B. Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR 2016, arXiv:1512.04150, equation 2.
    """
    return np.asarray(features @ head_weights, np.float32)


CAM = Method(
    id="cam",
    title="CAM",
    summary="Adds up the last maps with the class's own weights, where only their mean and one layer come behind.",
    reference="Zhou et al. 2016, arXiv:1512.04150",
    unit="weight of the class times activation",
    needs=("features", "head_weights"),
    evidence=class_weighted_sum,
    cost="one pass",
)
