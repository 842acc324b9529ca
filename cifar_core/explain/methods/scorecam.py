"""Score-CAM: how the class is scored where one feature map alone lets the picture through; no gradient."""

import numpy as np

from cifar_core.explain.methods.method import GREY, Arrays, Batched, Method, Spread


def score_weighted_sum(picture: Arrays, features: Arrays, spread: Spread, scores: Batched) -> Arrays:
    """Weigh each feature map by the score of what it shows of the picture, and add the maps up.

    Parameters
    ----------
    picture : ndarray of float32, shape (H, W, C)
        The picture.
    features : ndarray of float32, shape (h, w, K)
        Output of a convolutional layer. A map that is the same everywhere hides nothing and counts nothing.
    spread : callable
        Spreads maps over the picture.
    scores : callable
        The score of variants of the picture.

    Returns
    -------
    ndarray of float32, shape (h, w)
        The weights are the softmax of the scores, positive for each map.

    References
    ----------
    H. Wang et al., "Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks", CVPR 2020
    workshops, arXiv:1910.01279, algorithm 1.
    """
    maps = np.moveaxis(features, 2, 0)
    lowest = maps.min(axis=(1, 2), keepdims=True)
    maps, lowest = maps[differs := np.ptp(maps, axis=(1, 2)) > 0], lowest[differs]
    if not len(maps):
        return np.zeros(features.shape[:2], np.float32)
    shares = (maps - lowest) / np.ptp(maps, axis=(1, 2))[:, None, None]
    scored = scores(len(maps), lambda part: GREY + spread(shares[part])[..., None] * (picture - GREY))
    weights = np.exp(scored - scored.max())
    return np.asarray(np.tensordot(weights / weights.sum(), maps, axes=1), np.float32)


SCORECAM = Method(
    id="scorecam",
    title="Score-CAM",
    summary="Lets each map show its part of the picture, and weighs the map by how the class is then scored.",
    reference="Wang et al. 2020, arXiv:1910.01279",
    unit="softmax of the scores times activation",
    needs=("picture", "features", "spread", "scores"),
    evidence=score_weighted_sum,
    cost="one pass for each feature map",
)
