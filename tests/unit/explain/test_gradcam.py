"""Grad-CAM by hand, and what an empty map is called."""

import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.heatmap import GradCam
from cifar_core.explain.layers import CamLayer, choose_cam_layer, default_cam_layer
from cifar_core.explain.methods.gradcam import weighted_sum
from cifar_core.explain.result import Explanation


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
    cam = GradCam.from_weighted_sum(weighted[0], layer="conv", class_index=3)
    assert cam.heatmap.tolist() == [[0.0, 0.5], [0.75, 1.0]]
    assert cam.heatmap.dtype == np.float32
    assert cam.maximum == 2.0
    assert not cam.is_empty


def test_each_picture_has_its_own_weights() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(5, 3, 4, 6)).astype(np.float32)
    gradients = generator.normal(size=(5, 3, 4, 6)).astype(np.float32)
    expected = np.einsum("nhwk,nk->nhw", features, gradients.mean(axis=(1, 2)))
    assert np.allclose(weighted_sum(features, gradients), expected, atol=1e-5)


@pytest.mark.parametrize("values", [[[-3.0, -1.0]], [[0.0, 0.0]]])
def test_no_positive_evidence_is_never_stretched(values: list[list[float]]) -> None:
    cam = GradCam.from_weighted_sum(np.array(values, np.float32), layer="conv", class_index=0)
    assert cam.is_empty
    assert cam.heatmap.tolist() == [[0.0, 0.0]]
    assert cam.maximum == max(values[0])


def test_a_constant_map_stays_constant() -> None:
    cam = GradCam.from_weighted_sum(np.full((2, 2), 0.25, np.float32), layer="conv", class_index=0)
    assert (cam.heatmap == 1).all()


def test_probabilities_of_large_logits() -> None:
    answer = Explanation(np.array([1000.0, 1000.0, -1000.0], np.float32), 0, None, ())
    assert answer.probabilities.tolist() == [0.5, 0.5, 0.0]
    assert answer.top(2) == ((0, 0.5), (1, 0.5))
    assert answer.predicted == 0


def layer(name: str, kind: str, side: int, channels: int = 8) -> CamLayer:
    return CamLayer(name, kind, side, side, channels)


def test_default_is_the_last_convolution() -> None:
    layers = (layer("a", "Conv2D", 30), layer("b", "Conv2D", 13))
    assert default_cam_layer(layers).name == "b"


def test_default_completes_the_block_of_the_last_convolution() -> None:
    layers = (
        layer("a", "Conv2D", 8),
        layer("relu", "ReLU", 8),
        layer("sum", "Add", 8),
        layer("end", "ReLU", 8),
    )
    assert default_cam_layer(layers).name == "end"
    shrunk = (layer("a", "Conv2D", 8), layer("after_pool", "ReLU", 4))
    assert default_cam_layer(shrunk).name == "a"


def test_no_convolution_is_a_sentence() -> None:
    with pytest.raises(ExplainError, match="no convolution"):
        choose_cam_layer((), None)


def test_an_unknown_layer_names_the_known_ones() -> None:
    with pytest.raises(ExplainError, match="Choose one of: a, b"):
        choose_cam_layer((layer("a", "Conv2D", 8), layer("b", "Conv2D", 8)), "c")
