"""What layers make of a picture: values worked out by hand, and top pictures by a plain loop."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.geometry import find_geometry
from cifar_core.explain.inside.look import find_peaks, look_inside
from cifar_core.explain.inside.seen import InsideRequest, PeaksRequest
from cifar_core.explain.inside.strongest import Excited

layers = keras.layers
PICTURES = np.random.default_rng(0).integers(0, 256, (7, 32, 32, 3), np.uint8)


def request(layer: str | None = None, channel: int | None = None) -> InsideRequest:
    return InsideRequest(Path(), PICTURES[0], layer, channel)


def peaks(layer: str) -> PeaksRequest:
    return PeaksRequest(Path(), PICTURES, layer)


@pytest.fixture(scope="module")
def network() -> Any:
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Rescaling(1 / 255, name="scaled"),
            layers.Conv2D(5, 3, strides=2, name="conv"),
            layers.ReLU(name="relu"),
            layers.MaxPooling2D(name="pool"),
            layers.Conv2D(3, (2, 1), name="second"),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(4, name="dense"),
        ]
    )


def convolved(picture: NDArray[np.uint8], kernel: Any, bias: Any, stride: int) -> NDArray[np.float64]:
    """Convolve without padding, place by place."""
    high, wide = kernel.shape[:2]
    rows = (picture.shape[0] - high) // stride + 1
    columns = (picture.shape[1] - wide) // stride + 1
    found = np.zeros((rows, columns, kernel.shape[3]))
    for row in range(rows):
        for column in range(columns):
            window = picture[row * stride : row * stride + high, column * stride : column * stride + wide]
            for channel in range(kernel.shape[3]):
                found[row, column, channel] = (window * kernel[..., channel]).sum() + bias[channel]
    return found


def test_the_list_has_sizes_and_words(network: Any) -> None:
    seen = look_inside(network, request())
    assert [(one.name, one.height, one.width, one.channels) for one in seen.layers] == [
        ("scaled", 32, 32, 3),
        ("conv", 15, 15, 5),
        ("relu", 15, 15, 5),
        ("pool", 7, 7, 5),
        ("second", 6, 7, 3),
        ("dense", 1, 1, 4),
    ]
    words = {one.name: one.operation for one in seen.layers}
    assert words["conv"] == "convolution: 5 filters of 3×3, every 2 pixels"
    assert words["pool"] == "takes the maximum of each 2×2 (pooling)"
    assert words["dense"] == "4 neurons, each weighs all values (dense)"
    assert (seen.layer, seen.maps) == (None, None)


def test_maps_are_those_worked_out_by_hand(network: Any) -> None:
    kernel, bias = network.get_layer("conv").get_weights()
    expected = convolved(PICTURES[0] / 255, kernel, bias, 2)
    seen = look_inside(network, request("conv"))
    assert seen.maps == pytest.approx(expected, abs=1e-5)
    assert look_inside(network, request("relu")).maps == pytest.approx(expected.clip(0), abs=1e-5)
    assert seen.colours == pytest.approx(np.moveaxis(kernel, -1, 0))
    pooled = expected.clip(0)[:14, :14].reshape(7, 2, 7, 2, 5).max(axis=(1, 3))
    second, further = network.get_layer("second").get_weights()
    by_hand = convolved(pooled, second, further, 1)
    seen = look_inside(network, request("second", 2))
    assert seen.maps == pytest.approx(by_hand, abs=1e-4)
    assert seen.colours is None
    assert seen.weights == pytest.approx(np.moveaxis(second[..., 2], -1, 0))
    weights, last = network.get_layer("dense").get_weights()
    said = look_inside(network, request("dense", 1))
    assert said.maps == pytest.approx((by_hand.reshape(-1) @ weights + last)[None, None], abs=1e-3)
    assert (said.colours, said.weights) == (None, None)


def test_peaks_are_the_highest_values_of_each_picture_alone(network: Any) -> None:
    for name in ("conv", "second", "dense"):
        alone = [look_inside(network, InsideRequest(Path(), one, name)).maps for one in PICTURES]
        expected = [[maps[..., channel].max() for channel in range(maps.shape[-1])] for maps in alone]  # type: ignore[index, union-attr]
        found = find_peaks(network, peaks(name))
        assert found.values == pytest.approx(np.array(expected), abs=1e-3)
        for number, maps in enumerate(alone):
            assert maps is not None
            for channel in range(maps.shape[-1]):
                flat = maps[..., channel].ravel()
                # Alone a picture has other last digits than beside others.
                assert name == "dense" or flat[found.cells[number, channel]] == pytest.approx(
                    flat.max(), abs=1e-3
                )
        assert (found.cells == -1).all() == (name == "dense")


def test_what_the_strongest_cell_sees_is_what_its_value_depends_on(network: Any) -> None:
    geometry = find_geometry(network)
    assert geometry is not None
    other = np.random.default_rng(1).integers(0, 256, (32, 32, 3), np.uint8)
    for name, side in (("scaled", (1, 1)), ("conv", (3, 3)), ("pool", (5, 5)), ("second", (9, 5))):
        found = Excited.of_peaks(
            [find_peaks(network, peaks(name), geometry)],
            tuple(("test", n) for n in range(len(PICTURES))),
            7,
            2,
        )
        box = found.sees(1, 0)
        assert box is not None
        top, left, bottom, right = box
        assert (bottom - top + 1, right - left + 1) == side
        inside = PICTURES[found.places[1, 0]].copy()
        outside = inside.copy()
        inside[top : bottom + 1, left : right + 1] = other[top : bottom + 1, left : right + 1]
        outside[:] = other
        outside[top : bottom + 1, left : right + 1] = PICTURES[found.places[1, 0]][
            top : bottom + 1, left : right + 1
        ]
        values = []
        for picture in (inside, outside):
            maps = look_inside(network, InsideRequest(Path(), picture, name)).maps
            assert maps is not None
            values.append(maps[..., 1].ravel()[found.cells[1, 0]])
        assert values[1] == pytest.approx(found.values[1, 0], abs=1e-4)  # nothing outside of it matters
        assert values[0] != pytest.approx(found.values[1, 0], abs=1e-2)


def test_the_neurons_of_a_first_dense_layer_look_at_a_whole_picture() -> None:
    network = keras.Sequential(
        [keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(4, name="first"), layers.Dense(2)]
    )
    weights, _ = network.get_layer("first").get_weights()
    colours = look_inside(network, request("first")).colours
    assert colours is not None
    assert colours.shape == (4, 32, 32, 3)
    assert colours[3, 5, 6, 1] == weights[(5 * 32 + 6) * 3 + 1, 3]


def test_channels_first_and_tokens_are_laid_out_as_maps() -> None:
    pixels = keras.Input((32, 32, 3))
    patches = layers.Conv2D(6, 8, 8, name="patches")(pixels)
    turned = layers.Permute((3, 1, 2))(patches)
    layer = layers.BatchNormalization(axis=1, name="first")
    layer.data_format = "channels_first"
    tokens = layers.Reshape((16, 6))(layers.Permute((2, 3, 1))(layer(turned)))
    tokens = layers.LayerNormalization(name="tokens", epsilon=1e-6)(tokens)
    tokens = layers.Dense(1, activation="gelu", name="mixed")(tokens)
    network = keras.Model(pixels, layers.Dense(2)(layers.GlobalAveragePooling1D()(tokens)))
    seen = look_inside(network, request("patches"))
    assert seen.maps is not None
    (mixed,) = [one for one in seen.layers if one.name == "mixed"]
    assert mixed.operation == "1 neuron, each weighs the values of one place (dense), then GELU"
    first = look_inside(network, request("first"))
    assert first.maps == pytest.approx(seen.maps / np.sqrt(1.001), rel=1e-3)
    normalised = look_inside(network, request("tokens")).maps
    values = seen.maps / np.sqrt(1.001)
    expected = (values - values.mean(axis=-1, keepdims=True)) / values.std(axis=-1, keepdims=True)
    assert normalised == pytest.approx(expected, abs=1e-3)


def test_a_class_token_is_on_no_map() -> None:
    class WithClassToken(keras.Layer):
        def call(self, tokens: Any) -> Any:
            return keras.ops.concatenate([keras.ops.zeros_like(tokens[:, :1]) + 7, tokens], axis=1)

    pixels = keras.Input((32, 32, 3))
    tokens = layers.Reshape((4, 5))(layers.Conv2D(5, 16, 16, name="patches")(pixels))
    tokens = WithClassToken(name="all")(tokens)
    network = keras.Model(pixels, layers.Dense(2)(tokens[:, 0]))
    seen, patches = look_inside(network, request("all")), look_inside(network, request("patches"))
    assert seen.layer is not None
    assert (seen.layer.height, seen.layer.width, seen.layer.channels) == (2, 2, 5)
    assert seen.maps == pytest.approx(patches.maps)


def test_what_there_is_not_is_said(network: Any) -> None:
    for wrong, said in ((request("none"), "no layer “none”"), (request("conv", 5), "numbered 0 to 4")):
        with pytest.raises(ExplainError, match=said):
            look_inside(network, wrong)
    with pytest.raises(ExplainError, match="no layer “flatten”"):
        find_peaks(network, peaks("flatten"))
