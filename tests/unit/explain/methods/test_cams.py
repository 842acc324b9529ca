"""The methods that are made of a layer's maps and their gradients, by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.explain.methods.eigencam import first_component
from cifar_core.explain.methods.gradcam import weighted_sum
from cifar_core.explain.methods.gradcam_plus_plus import pixelwise_weighted_sum
from cifar_core.explain.methods.hirescam import products
from cifar_core.explain.methods.layercam import positive_products
from cifar_core.explain.methods.xgradcam import activation_weighted_sum

Evidence = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]

FEATURES = np.zeros((1, 1, 2, 2), np.float32)
FEATURES[0, 0, :, 0] = [1, 3]
FEATURES[0, 0, :, 1] = [2, 0]
GRADIENTS = np.zeros_like(FEATURES)
GRADIENTS[0, 0, :, 0] = [2, -1]
GRADIENTS[0, 0, :, 1] = [1, 4]


def test_hirescam_by_hand() -> None:
    assert products(FEATURES, GRADIENTS)[0].tolist() == [[1 * 2 + 2 * 1, 3 * -1 + 0]]


def test_layercam_by_hand() -> None:
    assert positive_products(FEATURES, GRADIENTS)[0].tolist() == [[4, 0]]


def test_xgradcam_by_hand() -> None:
    # Weights: (1·2 − 3·1) / 4 = −1/4 and (2·1 + 0) / 2 = 1.
    assert activation_weighted_sum(FEATURES, GRADIENTS)[0].tolist() == [[-0.25 + 2, -0.75]]


def test_grad_cam_plus_plus_by_hand() -> None:
    # Shares g² / (2 g² + Σ A · g³): of map 0, with Σ A = 4: 4 / (8 + 32) = 0.1, and 1 / (2 − 4) for a gradient that is
    # not positive; of map 1, with Σ A = 2: 1 / (2 + 2) and 16 / (32 + 128).
    first, second = 0.1 * 2, 0.25 * 1 + 0.1 * 4
    expected = [[1 * first + 2 * second, 3 * first]]
    assert pixelwise_weighted_sum(FEATURES, GRADIENTS)[0] == pytest.approx(np.array(expected))


def test_eigencam_by_hand() -> None:
    features = np.zeros((2, 1, 2, 2), np.float32)
    features[0, 0, :, 0] = [3, 0]
    features[0, 0, :, 1] = [0, 1]
    features[1] = -features[0]
    maps = first_component(features)
    assert maps[0] == pytest.approx(np.array([[3, 0]]), abs=1e-6)
    assert maps[1] == pytest.approx(np.array([[3, 0]]), abs=1e-6)


@pytest.mark.parametrize(
    "method", [products, positive_products, activation_weighted_sum, pixelwise_weighted_sum]
)
def test_maps_and_gradients_of_zero_are_no_evidence(method: Evidence) -> None:
    zeros = np.zeros((2, 3, 3, 4), np.float32)
    some = np.random.default_rng(0).normal(size=zeros.shape).astype(np.float32)
    for features, gradients in ((zeros, some), (some, zeros), (zeros, zeros)):
        assert not method(features, gradients).any()


def test_with_equal_gradients_everywhere_they_are_grad_cam() -> None:
    """As behind a global mean: then the weights of a map are one number, and Grad-CAM, HiResCAM and XGrad-CAM agree."""
    generator = np.random.default_rng(0)
    features = generator.uniform(0.1, 1, (3, 4, 5, 6)).astype(np.float32)
    gradients = np.broadcast_to(generator.normal(size=(3, 1, 1, 6)), features.shape).astype(np.float32)
    expected = weighted_sum(features, gradients)
    assert products(features, gradients) == pytest.approx(expected, abs=1e-5)
    assert activation_weighted_sum(features, gradients) == pytest.approx(expected, abs=1e-5)


def test_the_sum_of_xgradcam_is_that_of_gradient_times_activation() -> None:
    generator = np.random.default_rng(1)
    features = generator.uniform(0.1, 1, (2, 4, 4, 3)).astype(np.float32)
    gradients = generator.normal(size=features.shape).astype(np.float32)
    both = [method(features, gradients).sum(axis=(1, 2)) for method in (products, activation_weighted_sum)]
    assert both[0] == pytest.approx(both[1], rel=1e-4)
