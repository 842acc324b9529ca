"""Grad-CAM by hand."""

import numpy as np

from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.gradcam import weighted_sum


def test_weighted_sum_by_hand() -> None:
    features = np.zeros((1, 2, 2, 2), np.float32)
    features[0, :, :, 0] = [[1, 2], [3, 4]]
    features[0, :, :, 1] = [[4, 0], [0, 0]]
    gradients = np.zeros_like(features)
    gradients[0, :, :, 0] = [[2, 0], [0, 0]]  # mean 1/2
    gradients[0, :, :, 1] = [[-1, -1], [0, 0]]  # mean −1/2
    weighted = weighted_sum(features, gradients)
    assert weighted.dtype == np.float32
    assert weighted[0].tolist() == [[-1.5, 1.0], [1.5, 2.0]]
    heatmap = Heatmap.from_evidence(weighted[0], layer="conv", class_index=3, method="gradcam")
    assert heatmap.values.tolist() == [[0.0, 0.5], [0.75, 1.0]]
    assert heatmap.values.dtype == np.float32
    assert heatmap.maximum == 2.0
    assert not heatmap.is_empty


def test_each_picture_has_its_own_weights() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(5, 3, 4, 6)).astype(np.float32)
    gradients = generator.normal(size=(5, 3, 4, 6)).astype(np.float32)
    expected = np.einsum("nhwk,nk->nhw", features, gradients.mean(axis=(1, 2)))
    assert np.allclose(weighted_sum(features, gradients), expected, atol=1e-5)
