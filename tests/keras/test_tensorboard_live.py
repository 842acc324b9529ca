"""The worker writes TensorBoard's file as it trains."""

from typing import Any

import pytest

pytest.importorskip("tensorboard")

from cifar_core.exports.tensorboard import TAGS
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.training import callbacks
from cifar_core.training.worker import run_to_the_end
from tests.tensorboard_reader import read_events


def test_a_run_that_is_stopped_and_resumed_has_each_epoch_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callbacks, "CHECKPOINT_SHARE", 0)
    values = {"name": "try", "model": "cnn-2conv", "data": "drawn:100", "epochs": 3, "precision": "float32"}
    store = RunStore.from_settings(settings)
    run = store.create(TrainingConfig.from_values(values))

    def stop_in_the_third_epoch(self: Any, epoch: int, logs: Any = None) -> None:
        if epoch == 2:
            raise callbacks.StopRequested

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.StopWatch, "on_epoch_begin", stop_in_the_third_epoch)
        assert run_to_the_end(run.paths, settings).status == "stopped"
    folder = run.paths.tensorboard
    assert [step for step, _, _ in read_events(folder)["validation/loss"]] == [1, 2]

    store.resume(run.id)
    assert run_to_the_end(run.paths, settings).status == "finished"
    scalars = read_events(folder)
    epochs = read_metrics(run.paths.metrics).epochs
    assert [line.epoch for line in epochs] == [1, 2, 3]
    assert len(list(folder.iterdir())) == 1
    for field, tag in TAGS.items():
        assert [(step, value) for step, value, _ in scalars[tag]] == [
            (line.epoch, pytest.approx(getattr(line, field), rel=1e-6)) for line in epochs
        ]
