"""Same seed, same machine, same numbers: for one model of each family, with everything random switched on.

The models that go on from ImageNet are left out: compiling one takes half a minute, and twice is needed.
"""

from typing import Any

import numpy as np
import pytest

from cifar_core.models.registry import get_model
from cifar_core.recipes.config import Augmentation, TrainingConfig
from cifar_core.training import engine
from cifar_core.training.batches import TrainingBatches

PICTURES = np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3), dtype=np.uint8)
LABELS = np.arange(64) % 10
BATCH = 16
EVERYTHING = Augmentation(
    flip=True, translate=0.1, rotate=15, colour=0.3, rand_augment=2, rand_augment_magnitude=6, cutout=8,
    mixup=0.5, cutmix=1.0,
)  # fmt: skip


def trained_weights(model: str, seed: int) -> list[np.ndarray]:
    """Train as a run does, and return all variables: statistics of batch norm and states of dropout too."""
    spec = get_model(model)
    values: dict[str, Any] = spec.recipe.model_dump()
    values |= {
        "name": "try", "model": model, "data": "drawn", "seed": seed, "epochs": 1, "batch_size": BATCH,
        "augmentation": EVERYTHING.model_dump(), "average": 0.9, "label_smoothing": 0.1,
    }  # fmt: skip
    config = TrainingConfig.from_values(values)
    engine.prepare(config)
    network = spec.build(10)
    if spec.prepare:
        spec.prepare(network, PICTURES)
    batches = TrainingBatches(
        PICTURES, LABELS, 10, np.arange(64), batch_size=BATCH, augmentation=config.augmentation,
        seed=seed,
    )  # fmt: skip
    trainer, steps = engine.make_trainer(network, config, batches)
    trainer.fit(steps, epochs=1, verbose=0, shuffle=False)
    weights, optimizer = engine.training_state(network, trainer)
    return [*weights, *optimizer]


@pytest.mark.parametrize(
    "model",
    [
        "mlp-batchnorm",
        "cnn-2conv",
        "speedrun",
        pytest.param("resnet20", marks=pytest.mark.thorough),
        "vit-tiny",
    ],
)
def test_one_seed_gives_one_training_and_another_seed_another(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One block holds every kind of layer of the six, and compiles in a third of the time.
    monkeypatch.setattr("cifar_core.models.transformer._DEPTH", 1)
    first, again = trained_weights(model, 1), trained_weights(model, 1)
    assert all(np.isfinite(values.astype(np.float32)).all() for values in first)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    if model in ("mlp-batchnorm", "cnn-2conv"):
        other = trained_weights(model, 2)
        different = [(one != two).any() for one, two in zip(first, other, strict=True)]
        assert np.mean(different) > 0.5
