"""Where the cells of maps lie: by hand, and against the derivatives of networks in which nothing cancels out."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from cifar_core.explain.geometry import Geometry, find_geometry
from cifar_core.explain.recording import recorded_outputs
from cifar_core.models.registry import MODELS
from cifar_core.models.saved import flatten_layers

layers = keras.layers


def geometry_of(network: Any) -> Geometry:
    found = find_geometry(network)
    assert found is not None
    return found


def test_by_hand_a_network_that_drops_its_border() -> None:
    found = geometry_of(MODELS["cnn-7x7"].build(10))
    place = found.maps["conv_3"]
    # 7×7 unpadded, halved, 3×3, halved, 3×3: 32 → 26 → 13 → 11 → 5 → 3.
    assert place.rows.centres.tolist() == [10.5, 14.5, 18.5]
    assert place.rows.first.tolist() == [0, 4, 8]
    assert place.columns.last.tolist() == [21, 25, 29]
    # Halving 3 leaves 1: the last row and column go nowhere.
    assert place.used.tolist() == [[True, True, False], [True, True, False], [False] * 3]
    blind = ~found.used
    assert blind[26:].all()
    assert blind[:, 26:].all()
    assert not blind[:26, :26].any()


@pytest.mark.parametrize(
    ("model", "layer", "centres"),
    [
        ("cnn-baseline", "conv_3", [8.5, 12.5, 16.5, 20.5]),
        ("speedrun", "gelu_3_2", [4.0, 12.0, 20.0]),
        ("resnet18", "relu_4_2b", [3.5, 11.5, 19.5, 27.5]),
        ("vit-tiny", "patches", [1.5 + 4 * cell for cell in range(8)]),
    ],
)
def test_by_hand_centres(model: str, layer: str, centres: list[float]) -> None:
    place = geometry_of(MODELS[model].build(10)).maps[layer]
    assert place.rows.centres == pytest.approx(centres)
    assert place.columns.centres == pytest.approx(centres)


PIXELS = (13, 11, 2)


def plain() -> Any:
    return keras.Sequential(
        [
            keras.Input(PIXELS),
            layers.Conv2D(2, (4, 3), strides=(2, 1), use_bias=False),
            layers.AveragePooling2D((2, 3)),
            layers.Conv2D(3, 2, padding="same", use_bias=False, name="last"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(2, use_bias=False),
        ]
    )


def dilated() -> Any:
    return keras.Sequential(
        [
            keras.Input(PIXELS),
            layers.ZeroPadding2D(((1, 2), (0, 3))),
            layers.Conv2D(2, 3, dilation_rate=2, use_bias=False),
            layers.Cropping2D(((1, 0), (2, 1))),
            layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False),
            layers.SeparableConv2D(3, 2, use_bias=False, name="last"),
            layers.GlobalAveragePooling2D(),
        ]
    )


def branched() -> Any:
    pixels = keras.Input(PIXELS)
    x = layers.Conv2D(2, 3, strides=2, padding="same", use_bias=False)(pixels)
    short = layers.Conv2D(2, 1, strides=2, use_bias=False)(pixels)
    x = layers.Add()([x, short])
    wide = layers.Conv2D(2, 5, padding="same", use_bias=False)(x)
    x = layers.Concatenate(name="last")([x, wide])
    x = layers.Conv2D(1, 3, strides=3, use_bias=False)(x)
    return keras.Model(pixels, layers.Flatten()(x))


def enlarged() -> Any:
    pixels = keras.Input(PIXELS)
    x = layers.Conv2D(2, 3, strides=2, use_bias=False)(pixels)
    x = layers.Conv2DTranspose(2, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.UpSampling2D(2)(x)
    x = layers.Conv2DTranspose(2, 4, strides=3, use_bias=False, name="last")(x)
    return keras.Model(pixels, layers.GlobalAveragePooling2D()(x))


def nested() -> Any:
    fixed = keras.Sequential(
        [keras.Input((6, 5, 2)), layers.Conv2D(2, 3, strides=2, use_bias=False, name="last")], name="fixed"
    )
    pixels = keras.Input(PIXELS)
    x = layers.Conv2D(2, 2, use_bias=False)(pixels)
    x = layers.AveragePooling2D(2)(x)
    x = fixed(x)
    return keras.Model(pixels, layers.Flatten()(x))


def resized() -> Any:
    pixels = keras.Input(PIXELS)
    x = layers.Resizing(20, 16)(pixels)
    x = layers.Conv2D(2, 3, strides=4, padding="same", use_bias=False, name="last")(x)
    return keras.Model(pixels, layers.Flatten()(x))


def gated() -> Any:
    """Squeeze and excitation: every cell depends on the whole picture, and lies where its convolution put it."""
    pixels = keras.Input(PIXELS)
    x = layers.Conv2D(2, 3, strides=2, use_bias=False)(pixels)
    gate = layers.Conv2D(2, 1, use_bias=False)(layers.GlobalAveragePooling2D(keepdims=True)(x))
    x = layers.Multiply(name="last")([x, gate])
    return keras.Model(pixels, layers.Flatten()(x))


def shared() -> Any:
    pixels = keras.Input(PIXELS)
    twice = layers.Conv2D(2, 3, use_bias=False)
    x = layers.Conv2D(2, 1, use_bias=False)(pixels)
    x = twice(twice(x))
    x = layers.Conv2D(2, 3, strides=2, use_bias=False, name="last")(x)
    return keras.Model(pixels, layers.GlobalAveragePooling2D()(x))


@pytest.mark.parametrize("make", [plain, dilated, branched, enlarged, nested, resized, gated, shared])
def test_what_cells_see_is_where_their_derivatives_are_not_zero(make: Callable[[], Any]) -> None:
    network = make()
    network.set_weights(
        [np.random.default_rng(0).uniform(0.5, 1, one.shape) for one in network.get_weights()]
    )
    found = geometry_of(network)
    every = flatten_layers(network)
    (name,) = [one for one in every if one.split("/")[-1] == "last"]
    place = found.maps[name]
    pixels = tf.constant(np.random.default_rng(1).uniform(0.5, 1, (1, *PIXELS)), tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(pixels)
        with recorded_outputs({name: every[name]}) as outputs:
            answer = tf.reduce_sum(network(pixels))
        features = outputs[name]
        cells = tf.reduce_sum(features, axis=(0, 3))
    seen = np.abs(tape.jacobian(cells, pixels)).sum(axis=(2, 5)) > 0  # h, w, H, W
    rows, columns = seen.any(axis=(1, 3)), seen.any(axis=(0, 2))
    for line, truth in ((place.rows, rows), (place.columns, columns)):
        assert [np.flatnonzero(one)[[0, -1]].tolist() for one in truth] == np.stack(
            [line.first, line.last], axis=1
        ).tolist()
    gradient = np.abs(tape.gradient(answer, features)).sum(axis=(0, 3))
    assert place.used.tolist() == (gradient > 0).tolist()
    assert found.used.tolist() == (np.abs(tape.gradient(answer, pixels)).sum(axis=(0, 3)) > 0).tolist()


@pytest.mark.parametrize("make", [dilated, branched, enlarged, resized, shared])
def test_centres_are_where_the_weight_lies_on_average(make: Callable[[], Any]) -> None:
    """With equal weights, a cell away from the border sees symmetrically around its centre."""
    network = make()
    network.set_weights([np.ones(one.shape) for one in network.get_weights()])
    every = flatten_layers(network)
    place = geometry_of(network).maps["last"]
    pixels = tf.ones((1, *PIXELS))
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        with recorded_outputs({"last": every["last"]}) as outputs:
            network(pixels)
        cells = tf.reduce_sum(outputs["last"], axis=(0, 3))
    weight = tape.jacobian(cells, pixels).numpy().sum(axis=(2, 5))
    for line, by_cell in ((place.rows, weight.sum(axis=(1, 3))), (place.columns, weight.sum(axis=(0, 2)))):
        size = by_cell.shape[1]
        inside = (line.first > 0) & (line.last < size - 1)
        means = (by_cell * np.arange(size)).sum(axis=1) / by_cell.sum(axis=1)
        assert line.centres[inside] == pytest.approx(means[inside], abs=0.51)
        assert (np.diff(line.centres) > 0).all()


def test_a_cell_that_sees_nothing() -> None:
    pixels = keras.Input((4, 4, 1))
    x = layers.Conv2DTranspose(1, 1, strides=2, name="gaps")(pixels)  # every second output is the bias alone
    rows = geometry_of(keras.Model(pixels, layers.Flatten()(x))).maps["gaps"].rows
    assert list(zip(rows.first.tolist(), rows.last.tolist(), strict=True))[:4] == [
        (0, 0),
        (0, -1),
        (1, 1),
        (0, -1),
    ]


def test_a_network_without_a_graph_has_no_geometry() -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.last = layers.Conv2D(2, 3)

        def call(self, pixels: Any) -> Any:
            return keras.ops.mean(self.last(pixels), axis=(1, 2))

    network = Own()
    network(np.zeros((1, 8, 8, 3), np.float32))
    assert find_geometry(network) is None


def test_what_nobody_knows_is_not_guessed() -> None:
    pixels = keras.Input((8, 8, 3))
    x = layers.Conv2D(2, 3, name="before")(pixels)
    mixed = layers.Permute((2, 1, 3))(x)
    x = layers.Conv2D(2, 3, name="behind")(mixed)
    found = geometry_of(keras.Model(pixels, layers.GlobalMaxPooling2D()(x)))
    assert "before" in found.maps
    assert "behind" not in found.maps
    assert found.maps["before"].used.all()


def test_a_nested_model_for_pictures_of_any_size() -> None:
    inner = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(2, 3, name="inside")], name="inner")
    pixels = keras.Input((8, 8, 3))
    x = layers.Conv2D(3, 1, name="before")(pixels)
    x = layers.Conv2D(2, 3, name="behind")(inner(x))
    found = geometry_of(keras.Model(pixels, layers.GlobalAveragePooling2D()(x)))
    assert list(found.maps) == ["before"]
    assert found.used.all()


def test_channels_first() -> None:
    pixels = keras.Input((3, 12, 10))
    x = layers.Conv2D(2, 3, strides=2, data_format="channels_first", name="last")(pixels)
    found = geometry_of(keras.Model(pixels, layers.Flatten()(x)))
    assert found.maps["last"].rows.centres.tolist() == [1.0, 3.0, 5.0, 7.0, 9.0]
    assert found.maps["last"].columns.centres.tolist() == [1.0, 3.0, 5.0, 7.0]
    assert found.used[:11, :9].all()
    assert not found.used[11:].any()
    assert not found.used[:, 9:].any()
