"""The last features of a network: what goes into the layer that decides."""

from typing import Any

import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.layers import find_head
from cifar_core.maps.features import MOST_FEATURES

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
layers = keras.layers


def network(*end: Any) -> Any:
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(4, 5, strides=5, name="conv"), *end])


def test_features_are_what_the_last_layer_weighs() -> None:
    model = network(
        layers.Flatten(),
        layers.Dense(7, activation="relu", name="features"),
        layers.Dense(3, name="head"),
        layers.Softmax(),
    )
    assert find_head(model) == "head"
    loaded = LoadedModel(model)
    features = loaded.features(IMAGES)
    expected = keras.Model(model.inputs[0], model.get_layer("features").output)(IMAGES.astype("float32"))
    assert features == pytest.approx(np.asarray(expected), abs=1e-3)
    weights, bias = model.get_layer("head").get_weights()
    # The softmax is left out of what is explained (ending.py).
    assert loaded.predict(IMAGES) == pytest.approx(features @ weights + bias, abs=1e-3)


def test_maps_of_features_are_averaged() -> None:
    model = network(
        layers.Conv2D(3, 1, name="head"), layers.BatchNormalization(), layers.GlobalAveragePooling2D()
    )
    assert find_head(model) == "head"
    maps = np.asarray(keras.Model(model.inputs[0], model.get_layer("conv").output)(IMAGES.astype("float32")))
    assert LoadedModel(model).features(IMAGES) == pytest.approx(maps.mean(axis=(1, 2)), abs=1e-3)


def test_a_head_within_another_model() -> None:
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="head")], name="inner")
    model = network(layers.GlobalAveragePooling2D(), inner)
    assert find_head(model) == "inner/head"
    assert LoadedModel(model).features(IMAGES).shape == (5, 4)


def test_many_features_are_projected_and_keep_their_distances() -> None:
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(3)])
    found = LoadedModel(model).features(IMAGES)
    assert found.shape == (5, MOST_FEATURES)
    rows = IMAGES.reshape(5, -1).astype(float)
    before = np.linalg.norm(rows[:, None] - rows, axis=2)[np.triu_indices(5, 1)]
    after = np.linalg.norm(found[:, None] - found, axis=2)[np.triu_indices(5, 1)]
    assert after / before == pytest.approx(np.ones(10), abs=0.12)
    assert LoadedModel(model).features(IMAGES[:2]) == pytest.approx(found[:2], rel=1e-4)


def test_a_network_without_weights_is_a_sentence() -> None:
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.GlobalAveragePooling2D()])
    with pytest.raises(ExplainError, match="has no features"):
        LoadedModel(model).features(IMAGES)
