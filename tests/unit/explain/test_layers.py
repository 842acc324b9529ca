"""Which layer is looked at, and what is said where there is none."""

import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.layers import (
    CamLayer,
    choose_cam_layer,
    coarser_layer,
    default_cam_layer,
    known_map_side,
)
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


def test_maps_of_fewer_than_four_cells_are_passed_over() -> None:
    fine, coarse = layer("a", "Conv2D", 4), layer("b", "Conv2D", 3)
    assert default_cam_layer((fine, layer("relu", "ReLU", 4), coarse)).name == "relu"
    assert coarser_layer((fine, coarse)) == coarse
    assert default_cam_layer((coarse,)) == coarse  # there is no other
    assert coarser_layer((coarse,)) is None
    assert coarser_layer((coarse, fine)) is None
    flat = CamLayer("flat", "Conv2D", 3, 12, 8)
    assert default_cam_layer((fine, flat)) == fine


def test_tokens_are_looked_at_where_they_are_last() -> None:
    patches = layer("patches", "Conv2D", 8)
    tokens = CamLayer("norm", "LayerNormalization", 8, 8, 192, None, "tokens", 1)
    assert default_cam_layer((patches, tokens)) == tokens
    assert default_cam_layer((patches, tokens, layer("late", "Conv2D", 8))).name == "late"
    sequence = np.arange(2 * 65 * 192).reshape(2, 65, 192).astype(np.float32)
    maps = tokens.as_maps(sequence)
    assert maps.shape == (2, 8, 8, 192)
    assert np.array_equal(maps[1, 0, 0], sequence[1, 1])  # the class token is left out
    assert np.array_equal(maps[1, 7, 6], sequence[1, 63])
    first = CamLayer("conv", "Conv2D", 2, 3, 4, None, "channels first")
    assert first.as_maps(np.zeros((5, 4, 2, 3), np.float32)).shape == (5, 2, 3, 4)


def test_no_convolution_is_a_sentence() -> None:
    with pytest.raises(ExplainError, match="no convolution"):
        choose_cam_layer((), None)


def test_an_unknown_layer_names_the_known_ones() -> None:
    with pytest.raises(ExplainError, match="Choose one of: a, b"):
        choose_cam_layer((layer("a", "Conv2D", 8), layer("b", "Conv2D", 8)), "c")


@pytest.mark.parametrize(
    ("model", "side"),
    [
        ("mlp-3000-1000", 0),
        ("cnn-7x7", 11),
        ("resnet-dense", 4),
        ("vit-tiny", 8),
        ("cnn-2conv", 13),
        ("resnet20", 8),
        ("mobilenetv3-small", 6),
    ],
)
def test_how_fine_a_heat_map_will_be_is_known_without_the_network(model: str, side: int) -> None:
    assert known_map_side(known_architectures()[model]) == side
