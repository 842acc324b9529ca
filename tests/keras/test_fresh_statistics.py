"""Validation does not suffer from batch statistics of weights that are no more."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from cifar_core.models.registry import get_model
from cifar_core.recipes.config import Augmentation
from cifar_core.training.batches import TrainingBatches
from cifar_core.training.fresh_statistics import FreshStatistics, statistics_grow_stale


def batches(pictures: int = 160) -> TrainingBatches:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (pictures, 32, 32, 3)).astype(np.uint8)
    return TrainingBatches(
        images, np.zeros(pictures, np.int64), 10, np.arange(pictures), batch_size=16,
        augmentation=Augmentation(), seed=0,
    )  # fmt: skip


def network(momentum: float) -> Any:
    pixels = keras.Input((32, 32, 3))
    return keras.Model(pixels, layers.BatchNormalization(momentum=momentum, name="norm")(pixels))


@pytest.mark.parametrize("momentum", [0.4, 0.99])
def test_stale_statistics_become_the_mean_over_training_batches(momentum: float) -> None:
    model = network(momentum)
    norm = model.get_layer("norm")
    norm.moving_mean.assign([1000.0, 1000.0, 1000.0])  # of weights as they were some steps ago
    looked_at = batches()
    fresh = FreshStatistics(model, looked_at)
    fresh.set_model(model)
    fresh.on_test_begin()
    images = looked_at.images.astype(np.float32)  # ten batches: fewer pictures than it would look at
    np.testing.assert_allclose(norm.moving_mean.numpy(), images.mean((0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(norm.moving_variance.numpy(), images.var((0, 1, 2)), rtol=1e-3)
    assert norm.momentum == momentum


@pytest.mark.parametrize(
    ("momentum", "optimizer", "stale"),
    [
        (0.4, "adam", True),
        (0.99, "adam", False),
        (0.999, "adam", True),
        (0.99, "muon", True),
        (0.4, "muon", True),
    ],
)
def test_statistics_grow_stale_where_they_are_forgotten_quickly_or_weights_move_fast(
    momentum: float, optimizer: Any, stale: bool
) -> None:
    assert statistics_grow_stale(network(momentum), optimizer) is stale


def test_a_network_without_batch_norm_has_nothing_that_grows_stale() -> None:
    assert not statistics_grow_stale(get_model("cnn-2conv").build(10), "muon")
    assert statistics_grow_stale(get_model("speedrun").build(10), "adam")
