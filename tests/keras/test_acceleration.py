"""The faster operations compute what Keras's layers compute."""

import random
from collections.abc import Callable, Collection
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from cifar_core.models.architectures import known_architectures
from cifar_core.models.registry import get_model
from cifar_core.recipes.config import TrainingConfig
from cifar_core.training import contests
from cifar_core.training.acceleration import (
    PICTURES_AT_ONCE,
    Accelerated,
    _convolve_depthwise,
    _kernel_gradient,
    used_operations,
)
from cifar_core.training.contests import costliest_layers
from cifar_core.training.operations import OWN, Operations


@pytest.fixture(autouse=True)
def _fixed_seed() -> None:
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)  # so that the tolerances are met always or never


def accelerated(network: Any, batch_size: int, own: Collection[str] = OWN) -> Any:
    model = Accelerated(network.inputs[0], network.outputs[0], name=network.name)
    model.accelerate(batch_size, own)
    return model


def small_network() -> Any:
    pixels = keras.Input((6, 6, 3))
    x = layers.Conv2D(4, 3, padding="same", name="plain")(pixels)
    x = layers.BatchNormalization(momentum=0.4, epsilon=1e-5, name="norm")(x)
    x = layers.Activation("gelu", name="gelu")(x)
    x = layers.Conv2D(4, 1, padding="same", name="pointwise")(x)
    x = layers.Activation("silu", name="silu")(x)
    x = layers.Conv2D(5, (3, 5), padding="same", activation="relu", name="oblong")(x)
    x = layers.BatchNormalization(scale=False, center=False, epsilon=1e-5, name="bare")(x)
    x = layers.Conv2D(4, 3, strides=2, padding="same", name="strided")(x)
    return keras.Model(pixels, layers.Dense(3)(layers.Flatten()(x)))


def gradients(model: Any, variables: list[Any], images: Any, targets: Any) -> tuple[float, list[Any]]:
    @tf.function
    def step(images: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = keras.ops.mean(
                keras.losses.categorical_crossentropy(targets, model(images, training=True), from_logits=True)
            )
        return loss, tape.gradient(loss, [variable.value for variable in variables])

    loss, slopes = step(images, targets)
    return float(loss), [slope.numpy() for slope in slopes]


# Not a multiple of the pieces, fewer pictures than pieces, and pictures enough for several whole pieces.
@pytest.mark.parametrize("pictures", [1, 3, 2 * PICTURES_AT_ONCE + 7, 4 * PICTURES_AT_ONCE])
def test_loss_gradients_and_batch_statistics_are_the_networks_own(pictures: int) -> None:
    rng = np.random.default_rng(0)
    images = rng.normal(size=(pictures, 6, 6, 3)).astype(np.float32)
    targets = np.eye(3, dtype=np.float32)[rng.integers(0, 3, pictures)]
    network = small_network()
    faster = accelerated(network, 4 * PICTURES_AT_ONCE)
    start = network.get_weights()
    loss, expected = gradients(network, network.trainable_variables, images, targets)
    statistics = [variable.numpy() for variable in network.non_trainable_variables]
    network.set_weights(start)
    faster_loss, found = gradients(faster, network.trainable_variables, images, targets)
    assert faster_loss == pytest.approx(loss, rel=1e-4)
    for variable, one, other in zip(network.trainable_variables, expected, found, strict=True):
        # A bias before a batch norm has the gradient zero, but for rounding.
        np.testing.assert_allclose(other, one, rtol=1e-3, atol=5e-5, err_msg=variable.path)
    for one, variable in zip(statistics, network.non_trainable_variables, strict=True):
        np.testing.assert_allclose(variable.numpy(), one, rtol=1e-4, atol=1e-6)


def test_outside_training_the_outputs_are_the_same() -> None:
    network = small_network()
    images = np.random.default_rng(1).normal(size=(5, 6, 6, 3)).astype(np.float32)
    np.testing.assert_allclose(
        accelerated(network, 8)(images, training=False), network(images, training=False), rtol=1e-5, atol=1e-5
    )


def test_a_frozen_batch_norm_keeps_its_statistics() -> None:
    network = small_network()
    network.get_layer("norm").trainable = False
    before = network.get_layer("norm").moving_mean.numpy()
    accelerated(network, 8)(np.ones((5, 6, 6, 3), np.float32), training=True)
    np.testing.assert_array_equal(network.get_layer("norm").moving_mean.numpy(), before)
    assert np.abs(network.get_layer("bare").moving_mean.numpy()).max() > 0


@pytest.mark.parametrize("pictures", [31, 125, 131])
def test_an_odd_number_of_pictures_takes_nothing_from_beyond_their_end(pictures: int) -> None:
    rng = np.random.default_rng(0)
    images = tf.cast(rng.normal(size=(pictures, 8, 8, 64)), "bfloat16")
    upstream = tf.cast(rng.normal(size=(pictures, 8, 8, 128)), "bfloat16")
    right = tf.raw_ops.Conv2DBackpropFilter(
        input=tf.cast(images, "float32"), filter_sizes=[3, 3, 64, 128],
        out_backprop=tf.cast(upstream, "float32"), strides=[1, 1, 1, 1], padding="SAME",
    ).numpy()  # fmt: skip
    gradient = tf.function(lambda one, other: _kernel_gradient(one, other, (3, 3, 64, 128), 1))
    for _ in range(20):
        filled = [
            tf.fill((pictures, 8, 8, size), tf.constant(np.nan, "bfloat16")) for size in (64, 64, 128, 128)
        ]
        del filled  # its memory is taken again, with what is in it
        found = gradient(images, upstream).numpy()
        np.testing.assert_allclose(found, right, atol=0.01 * np.abs(right).max())


@pytest.mark.parametrize(("side", "stride", "padding"), [(3, 2, "VALID"), (5, 1, "SAME"), (5, 2, "SAME")])
def test_gradients_of_a_depthwise_convolution_are_those_of_float32(
    side: int, stride: int, padding: str
) -> None:
    rng = np.random.default_rng(0)
    images = tf.cast(rng.normal(size=(9, 7, 7, 6)), "bfloat16")
    kernel = tf.cast(rng.normal(size=(side, side, 6, 1)), "bfloat16")

    def outputs_and_gradients(convolve: Any, images: Any, kernel: Any) -> list[Any]:
        with tf.GradientTape() as tape:
            tape.watch([images, kernel])
            outputs = convolve(images, kernel)
            weights = tf.cast(np.random.default_rng(1).normal(size=outputs.shape), "bfloat16")
            total = tf.reduce_sum(tf.cast(outputs, "float32") * tf.cast(weights, "float32"))
        return [outputs, *tape.gradient(total, [images, kernel])]

    expected = outputs_and_gradients(
        lambda images, kernel: tf.nn.depthwise_conv2d(images, kernel, [1, stride, stride, 1], padding),
        tf.cast(images, "float32"),
        tf.cast(kernel, "float32"),
    )
    found = outputs_and_gradients(
        lambda images, kernel: _convolve_depthwise(images, kernel, stride, padding), images, kernel
    )
    # The way there is TensorFlow's own; a processor without bfloat16 rounds each sum of it.
    outputs = tf.nn.depthwise_conv2d(images, kernel, [1, stride, stride, 1], padding)
    np.testing.assert_array_equal(tf.cast(found[0], "float32"), tf.cast(outputs, "float32"))
    for one, other in zip(expected[1:], found[1:], strict=True):
        assert other.dtype == "bfloat16"
        np.testing.assert_allclose(tf.cast(other, "float32"), one, rtol=2**-8, atol=0.02)


def test_a_depthwise_convolution_keeps_its_bias_and_activation() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    pixels = keras.Input((7, 7, 6))
    depthwise = layers.DepthwiseConv2D(
        5, strides=2, padding="same", activation="relu", bias_initializer="random_normal", name="depthwise"
    )
    network = keras.Model(pixels, depthwise(pixels))
    faster = accelerated(network, 8)
    assert type(faster.get_layer("depthwise")).__name__ == "_DepthwiseConvolution"
    images = np.random.default_rng(1).normal(size=(5, 7, 7, 6)).astype(np.float32)
    np.testing.assert_array_equal(faster(images, training=True), network(images, training=True))


def test_every_variable_is_shared() -> None:
    network = small_network()
    own = {id(variable) for variable in network.variables}
    assert {id(variable) for variable in accelerated(network, 8).variables} == own


def test_the_model_zoo_uses_the_faster_operations_where_they_fit() -> None:
    faster = accelerated(get_model("speedrun").build(10), 512)
    kinds = {layer.name: type(layer).__name__ for layer in faster.layers}
    assert kinds["conv_2_2"] == kinds["conv_3_1"] == kinds["conv_3_2"] == "_Convolution"
    assert kinds["conv_1_2"] == kinds["conv_2_1"] == "Conv2D"  # maps of 15×15
    assert kinds["norm_1_1"] == "_BatchNorm"
    assert kinds["gelu_3_2"] == "_Activation"
    found = costliest_layers(known_architectures()["speedrun"])
    assert used_operations(faster) == tuple(name for name in OWN if name in found)


def test_one_by_one_and_small_depthwise_convolutions_stay_as_they_are() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    faster = accelerated(get_model("mobilenetv3-small").build(10), 64)
    kinds = {layer.name: type(layer).__name__ for layer in faster.layers}
    assert kinds["expanded_conv_3_depthwise"] == "_DepthwiseConvolution"  # 5×5
    assert kinds["expanded_conv_1_depthwise"] == "_DepthwiseConvolution"  # 3×3 in steps of two
    assert kinds["expanded_conv_2_depthwise"] == "DepthwiseConv2D"
    assert kinds["expanded_conv_6_expand"] == kinds["expanded_conv_6_project"] == "Conv2D"
    found = costliest_layers(known_architectures()["mobilenetv3-small"])
    assert used_operations(faster) == tuple(name for name in OWN if name in found)


def test_only_the_operations_that_were_chosen_stand_in() -> None:
    network = small_network()
    assert used_operations(accelerated(network, 8)) == ("filter_gradient", "batch_norm", "activation")
    assert used_operations(accelerated(network, 8, ("activation",))) == ("activation",)
    for none in ((), ("depthwise_gradient",)):  # of which it has no layer
        assert accelerated(network, 8, none).layers == network.layers
    assert used_operations(network) == ()


def test_measuring_tries_both_ways_of_each_kind_and_draws_no_random_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []

    def is_quicker(
        usual: Callable[[], Any], other: Callable[[], Any], watch: contests.Watch, *, until: float
    ) -> bool:
        shapes = [[part.shape for part in way()] for way in (usual, other)]
        assert shapes[0] == shapes[1]
        tried.append(shapes[0])
        return len(tried) in (1, 3)

    monkeypatch.setattr(contests, "is_quicker", is_quicker)
    monkeypatch.setattr(contests, "bfloat16_is_hopeless", lambda: False)
    recipe = get_model("speedrun").recipe.model_dump() | {"batch_size": 2}
    config = TrainingConfig.from_values(recipe | {"model": "speedrun", "name": "try", "data": "drawn"})
    drawn = random.getstate()  # where Keras draws its seeds from
    found = contests.measure_operations(config, Operations(precision="float32"))
    assert found == Operations(precision="mixed_bfloat16", own=("filter_gradient", "activation"))
    assert drawn == random.getstate()
    assert tried == [
        [(2, 7, 7, 256), (3, 3, 256, 256)],  # for the precision
        [(3, 3, 256, 256)],
        [(2, 15, 15, 64), (64,), (64,)],
        [(2, 15, 15, 64)],
    ]
    tried.clear()
    monkeypatch.setattr(contests, "bfloat16_is_hopeless", lambda: True)  # so the precision is not tried
    found = contests.measure_operations(config, Operations(precision="float32"))
    assert found == Operations(precision="float32", own=("batch_norm",))
    assert len(tried) == 3
