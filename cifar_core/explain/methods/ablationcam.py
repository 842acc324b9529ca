"""Ablation-CAM: what the class's score loses when one feature map is set to 0; no gradient."""

import numpy as np

from cifar_core.explain.methods.method import Arrays, Batched, Method


def loss_weighted_sum(features: Arrays, feature_scores: Batched) -> Arrays:
    """Weigh each feature map by what the score loses without it, and add the maps up.

    Parameters
    ----------
    features : ndarray of float32, shape (h, w, K)
        Output of a convolutional layer.
    feature_scores : callable
        The score with other outputs of that layer.

    Returns
    -------
    ndarray of float32, shape (h, w)
        Positive where maps lie without which the score is lower. The publication divides all of them by the score
        itself, which changes no colour but would turn the map round where the score is negative.

    References
    ----------
    S. Desai and H. G. Ramaswamy, "Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free
    Localization", WACV 2020, doi:10.1109/WACV45572.2020.9093360, equation 3.
    """
    kept = 1 - np.eye(features.shape[2], dtype=np.float32)
    (whole,) = feature_scores(1, lambda _: features[None])
    without = feature_scores(len(kept), lambda part: features * kept[part, None, None])
    return np.asarray(features @ (whole - without), np.float32)


ABLATIONCAM = Method(
    id="ablationcam",
    title="Ablation-CAM",
    summary="Sets one map after the other to 0, and weighs it by what the class's score loses.",
    reference="Desai and Ramaswamy 2020, doi:10.1109/WACV45572.2020.9093360",
    unit="loss of score without the map times activation",
    needs=("features", "feature_scores"),
    evidence=loss_weighted_sum,
    cost="one pass behind the layer for each feature map",
)
