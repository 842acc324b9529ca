"""Which layer is looked at, and what is said where there is none."""

import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.layers import CamLayer, choose_cam_layer, default_cam_layer, known_map_side
from cifar_core.models.architectures import known_architectures


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


@pytest.mark.parametrize(
    ("model", "side"),
    [("mlp-3000-1000", 0), ("cnn-7x7", 3), ("cnn-2conv", 13), ("resnet20", 8), ("mobilenetv3-small", 3)],
)
def test_how_fine_a_heat_map_will_be_is_known_without_the_network(model: str, side: int) -> None:
    assert known_map_side(known_architectures()[model]) == side
