"""Validation does not suffer from batch statistics of weights that are no more."""

from typing import Any

import keras
import numpy as np
from keras import layers

from cifar_core.models.registry import get_model
from cifar_core.training.batches import TrainingBatches
from cifar_core.training.callbacks import FreshStatistics
from cifar_core.training.config import Augmentation


def batches(pictures: int = 160) -> TrainingBatches:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (pictures, 32, 32, 3)).astype(np.uint8)
    return TrainingBatches(
        images, np.zeros(pictures, np.int64), 10, np.arange(pictures), batch_size=16,
        augmentation=Augmentation(), label_smoothing=0.0, seed=0,
    )  # fmt: skip


def network(momentum: float) -> Any:
    pixels = keras.Input((32, 32, 3))
    return keras.Model(pixels, layers.BatchNormalization(momentum=momentum, name="norm")(pixels))


def test_stale_statistics_become_those_of_the_training_pictures() -> None:
    keras.config.set_dtype_policy("float32")
    model = network(0.4)
    norm = model.get_layer("norm")
    norm.moving_mean.assign([1000.0, 1000.0, 1000.0])  # of weights as they were some steps ago
    fresh = FreshStatistics(batches())
    fresh.set_model(model)
    fresh.on_test_begin()
    # Six batches leave 0.4⁶ of what was: four of a thousand.
    np.testing.assert_allclose(norm.moving_mean.numpy(), 127.5, atol=6.0)
    np.testing.assert_allclose(norm.moving_variance.numpy(), 255**2 / 12, rtol=0.05)


def test_only_networks_that_forget_quickly_need_it() -> None:
    assert FreshStatistics.needed_by(network(0.4))
    assert not FreshStatistics.needed_by(network(0.99))
    assert FreshStatistics.needed_by(get_model("speedrun").build(10))
    assert not FreshStatistics.needed_by(get_model("resnet20").build(10))
