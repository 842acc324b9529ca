"""Runs that follow each other in one process, on the step that was compiled for the first: the same bits as alone."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from tensorflow.python.eager import context

from cifar_core.evaluation.predictions import load_predictions
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.training import standby
from cifar_core.training.kept_steps import NOT_COMPILED
from cifar_core.training.progress import ProgressReport
from cifar_core.training.reuse import CompiledStep
from cifar_core.training.trainer import Trainer
from cifar_core.training.worker import run_to_the_end

RECIPE = {
    "name": "try",
    "model": "cnn-7x7",  # batch norm and dropout: statistics and random states must be the run's own
    "data": "drawn:150",
    "epochs": 2,
    "batch_size": 64,
    "keep": "best",
    "augmentation": {"flip": True, "translate": 0.1},
}
EVERYTHING = {
    "optimizer": "muon",
    "learning_rate": 0.1,
    "average": 0.9,
    "schedule": {"kind": "cosine", "warmup_epochs": 1},
    "label_smoothing": 0.1,
    "precision": "mixed_bfloat16",
    "test_time_augmentation": True,
}


def train(settings: Settings, recipe: dict[str, Any], compiled: CompiledStep | None = None) -> RunPaths:
    """Train a run to its end, and forget it as a worker does."""
    paths = RunStore.from_settings(settings).create(TrainingConfig.from_values(RECIPE | recipe)).paths
    run_to_the_end(paths, settings, compiled=compiled)
    standby.forget()
    return paths


def bits(paths: RunPaths) -> dict[str, bytes]:
    """Return all that a training decides."""
    network = keras.saving.load_model(paths.model, safe_mode=True, compile=False)
    found = {variable.path: np.asarray(variable.value).tobytes() for variable in network.weights}
    for split in ("validation", "test"):
        found[split] = load_predictions(paths.predictions, split).logits.tobytes()
    for file in sorted(paths.epochs.iterdir()):
        found[file.name] = file.read_bytes()
    for line in read_metrics(paths.metrics).epochs:
        told = (
            line.loss,
            line.accuracy,
            line.val_loss,
            line.val_accuracy,
            line.cross_entropy,
            line.learning_rate,
        )
        found[f"epoch {line.epoch}"] = repr(told).encode()
    return found


@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param({}, id="adam", marks=pytest.mark.thorough),
        pytest.param(EVERYTHING, id="muon-average-bfloat16", marks=pytest.mark.thorough),
        pytest.param({"optimizer": "sgd", "weight_decay": 1e-3}, id="sgd", marks=pytest.mark.thorough),
    ],
)
def test_a_run_gives_the_bits_that_it_gives_alone(settings: Settings, recipe: dict[str, Any]) -> None:
    alone = bits(train(settings, recipe))
    compiled = CompiledStep()
    train(settings, recipe | {"seed": 5, "learning_rate": 0.03, "augmentation": {}, "keep": "last"}, compiled)
    used = compiled._kept
    assert bits(train(settings, recipe, compiled)) == alone
    assert compiled._kept is used


def test_the_same_step_serves_again_another_does_not_nor_one_that_broke_off(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {"model": "cnn-2conv", "epochs": 1, "data": "drawn:100"}
    alone = bits(train(settings, small))
    compiled = CompiledStep()
    train(settings, small | {"seed": 5, "learning_rate": 0.03}, compiled)
    used = compiled._kept
    with monkeypatch.context() as patch:
        for forgets in ("clear_kernel_cache", "_set_global_seed"):  # all that TensorFlow has optimized
            patch.setattr(context.Context, forgets, forbidden)
        patch.setattr(Trainer, "train_step", forbidden)  # called where a step is traced
        patch.setattr(Trainer, "test_step", forbidden)
        patch.setattr(Trainer, "predict_step", forbidden)
        patch.setattr(Trainer, "compile", forbidden)
        assert bits(train(settings, small, compiled)) == alone
    assert compiled._kept is used
    monkeypatch.setattr(ProgressReport, "on_epoch_end", stop)
    train(settings, small | {"weight_decay": 0.01}, compiled)
    assert compiled._in_use is not used
    assert compiled._kept is None


def forbidden(*_: Any, **__: Any) -> None:
    raise AssertionError("The step that is kept has to serve.")


def stop(self: Any, epoch: int, logs: Any) -> None:
    Path(self._paths.stop).touch()


def test_what_is_not_compiled_is_there() -> None:
    assert set(NOT_COMPILED) < set(TrainingConfig.model_fields)
