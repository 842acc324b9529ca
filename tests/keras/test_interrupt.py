"""A training that is interrupted: what it says, what it keeps, and which figures it reports."""

import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT, Settings
from cifar_core.training.callbacks import StopRequested
from cifar_core.training.split_data import open_and_split
from cifar_core.training.worker import run_to_the_end


@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_run_stopped_while_it_is_tested_reports_the_weights_it_has_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, keep: str
) -> None:
    import keras

    # Training ends two epochs after the best one.
    values = {"name": "try", "model": "cnn-2conv", "data": "drawn:200", "epochs": 30, "precision": "float32"}
    changes = {"learning_rate": 0.05, "keep": keep, "early_stopping": {"patience": 2}}
    config = TrainingConfig.from_values(values | changes)
    paths = RunStore.from_settings(settings).create(config, foreground=True).paths

    def interrupted(*_: object, **__: object) -> None:
        raise StopRequested

    monkeypatch.setattr("cifar_core.training.train.final_results", interrupted)
    record = run_to_the_end(paths, settings)
    epochs = read_metrics(paths.metrics).epochs
    best = min(epochs, key=lambda line: line.val_loss)
    assert epochs[-1].epoch == best.epoch + 2
    kept = epochs[-1] if keep == "last" else best
    assert record.status == "stopped"
    assert record.results is not None
    assert record.results.best_epoch == kept.epoch
    assert record.results.validation_loss == pytest.approx(kept.val_loss)
    assert record.results.test_accuracy is None
    assert RunRecord.read(paths.record) == record

    data = open_and_split(config, settings)
    pictures, labels = (
        part[data.validation] for part in (data.dataset.train.images, data.dataset.train.labels)
    )
    network = keras.saving.load_model(paths.model, compile=False)
    right = np.asarray(network(pictures.astype(np.float32))).argmax(1) == labels
    assert right.mean() == pytest.approx(kept.val_accuracy)


@pytest.mark.posix
def test_ctrl_c_ends_a_training_with_a_sentence_and_nothing_of_tensorflow_is_printed(
    settings: Settings,
) -> None:
    words = ["--runs", str(settings.runs_dir), "--data", "drawn:200", "train", "--model", "mlp-batchnorm"]
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cifar_core", *words, "--epochs", "300"],
        cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(2)]
    process.send_signal(signal.SIGINT)
    lines += process.stdout.readlines()
    process.stdout.close()
    assert process.wait(60) == 130
    text = "".join(lines)
    assert re.match(r"\d\d:\d\d:\d\d mlp-batchnorm with 1,748,554 parameters", text), text
    assert re.search(r"Stopped by Ctrl-C after \d+ epochs?; the weights of epoch \d+ are kept\.", text), text
    assert all(re.match(r"\d\d:\d\d:\d\d |\n|Stopped by|Stopping after", line) for line in lines), text
    (run,) = RunStore.from_settings(settings).list()
    assert run.status == "stopped"
    assert run.has_model
    assert run.id in lines[-1]
