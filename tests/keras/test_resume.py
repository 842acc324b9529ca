"""A run that was interrupted goes on as if nothing had happened: the same weights, bit for bit."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cifar_core.evaluation.predictions import load_predictions
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.training import callbacks, operations
from cifar_core.training.checkpoint import last_checkpoint
from cifar_core.training.progress import ProgressReport
from cifar_core.training.reuse import CompiledStep
from cifar_core.training.worker import run_to_the_end


def new_run(settings: Settings, **changes: object) -> RunPaths:
    values = {
        "name": "try",
        "model": "cnn-7x7",  # batch norm and dropout: statistics and random states must come back too
        "data": "drawn:300",
        "epochs": 4,
        "batch_size": 64,
        "keep": "best",
        "augmentation": {"flip": True, "translate": 0.1},
    }
    config = TrainingConfig.from_values(values | changes)
    return RunStore.from_settings(settings).create(config).paths


def figures_of(line: EpochMetrics) -> dict[str, float]:
    """Return all that an epoch says but how long it took."""
    return {
        name: value for name, value in asdict(line).items() if name not in ("seconds", "images_per_second")
    }


def arrays_of(paths: RunPaths) -> list[np.ndarray[Any, Any]]:
    import keras

    network = keras.saving.load_model(paths.model, safe_mode=True, compile=False)
    return [np.asarray(value) for value in network.get_weights()]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(autouse=True)
def every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Epochs of milliseconds are no longer than writing a checkpoint: some would be passed over."""
    monkeypatch.setattr(callbacks, "CHECKPOINT_SHARE", 0)


class Interrupted(Exception):
    pass


def interrupt(monkeypatch: pytest.MonkeyPatch, *, epoch: int, batch: int) -> None:
    """Break off in the middle of an epoch, like a power cut that nobody is told of."""
    seen = {"epoch": 0}
    begin, end = callbacks.StopWatch.on_epoch_begin, callbacks.StopWatch.on_train_batch_end

    def on_epoch_begin(self: Any, number: int, logs: Any = None) -> None:
        seen["epoch"] = number + 1
        begin(self, number, logs)

    def on_train_batch_end(self: Any, number: int, logs: Any = None) -> None:
        if (seen["epoch"], number) == (epoch, batch):
            raise Interrupted
        end(self, number, logs)

    monkeypatch.setattr(callbacks.StopWatch, "on_epoch_begin", on_epoch_begin)
    monkeypatch.setattr(callbacks.StopWatch, "on_train_batch_end", on_train_batch_end)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="adam", marks=pytest.mark.thorough),
        pytest.param(
            {"optimizer": "sgd", "precision": "float32", "keep": "last", "learning_rate": 0.01},
            id="sgd-float32-last",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            {"precision": "mixed_bfloat16", "optimizer": "adamw"},
            id="adamw-bfloat16",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            {
                "optimizer": "muon",
                "learning_rate": 0.1,
                "average": 0.9,
                "schedule": {"kind": "cosine", "warmup_epochs": 1},
                "label_smoothing": 0.1,
                "augmentation": {"flip": "alternating", "mixup": 0.5, "cutmix": 1.0, "rotate": 10},
            },
            id="muon-average-cosine-mixed",
        ),
    ],
)
def test_a_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(
    settings: Settings, changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {"data": "drawn:200", "epochs": 3, **changes}  # three steps an epoch: none of them is too many
    whole, compiled = new_run(settings, **changes), CompiledStep()
    monkeypatch.setenv(operations.VARIABLE, "batch_norm")
    expected = run_to_the_end(whole, settings, compiled=compiled)
    assert expected.status == "finished"

    paths = new_run(settings, **changes)
    store = RunStore.from_settings(settings)
    for epoch, batch in ((1, 2), (3, 1)):
        with pytest.MonkeyPatch.context() as patch:
            interrupt(patch, epoch=epoch, batch=batch)
            # The first attempt goes on with the step of the run before, and is broken off: later ones compile anew.
            assert run_to_the_end(paths, settings, compiled=compiled).status == "failed"
        (paths.epochs / ".epoch-0004.npz.7.aa.part").write_bytes(b"half")  # killed while it wrote
        (paths.epochs / "epoch-0009.npz").write_bytes(b"of an attempt that got further")
        store.resume(paths.folder.name)
        monkeypatch.setenv(operations.VARIABLE, "none")  # and yet it goes on with what it began with
    record = run_to_the_end(paths, settings, compiled=compiled)

    assert record.status == "finished"
    assert expected.environment is not None
    assert record.environment is not None
    assert record.environment.operations == expected.environment.operations == ("batch_norm",)
    assert [attempt.continued_after for attempt in record.attempts] == [0, 2]
    for mine, theirs in zip(arrays_of(paths), arrays_of(whole), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert record.results is not None
    assert expected.results is not None
    assert record.results.best_epoch == expected.results.best_epoch
    assert record.results.test_accuracy == expected.results.test_accuracy
    np.testing.assert_array_equal(
        load_predictions(paths.predictions, "test").logits, load_predictions(whole.predictions, "test").logits
    )
    mine, theirs = read_metrics(paths.metrics).epochs, read_metrics(whole.metrics).epochs
    assert [figures_of(line) for line in mine] == [figures_of(line) for line in theirs]
    assert all(line.cross_entropy and line.val_cross_entropy for line in mine)
    assert contents(paths.epochs) == contents(whole.epochs)
    assert not paths.checkpoint.exists()


def test_a_stopped_run_is_resumed_and_finishes(settings: Settings) -> None:
    paths = new_run(settings, epochs=2, model="cnn-2conv")
    with pytest.MonkeyPatch.context() as patch:
        seen = ProgressReport.on_epoch_end

        def stop_after_first(self: Any, epoch: int, logs: Any) -> None:
            seen(self, epoch, logs)
            paths.stop.touch()

        patch.setattr(ProgressReport, "on_epoch_end", stop_after_first)
        stopped = run_to_the_end(paths, settings)
    assert stopped.status == "stopped"
    assert stopped.results is not None
    assert stopped.results.epochs == 1
    RunStore.from_settings(settings).resume(paths.folder.name)
    record = run_to_the_end(paths, settings)
    assert (record.status, record.attempts[0].status) == ("finished", "stopped")
    assert record.results is not None
    assert record.results.epochs == 2
    assert record.results.training_seconds > stopped.results.training_seconds


def test_early_stopping_counts_the_epochs_before_the_interruption(settings: Settings) -> None:
    # A learning rate far too large: the validation loss rises at once.
    changes = {"epochs": 30, "learning_rate": 0.05, "early_stopping": {"patience": 2}, "model": "cnn-2conv"}
    whole = run_to_the_end(new_run(settings, **changes), settings)
    assert whole.results is not None
    paths = new_run(settings, **changes)
    with pytest.MonkeyPatch.context() as patch:
        interrupt(patch, epoch=whole.results.epochs, batch=1)
        run_to_the_end(paths, settings)
    RunStore.from_settings(settings).resume(paths.folder.name)
    record = run_to_the_end(paths, settings)
    assert record.results is not None
    assert record.results.epochs == whole.results.epochs
    assert record.results.best_epoch == whole.results.best_epoch


@pytest.mark.parametrize("early_stopping", [None, {"patience": 1}])
def test_a_run_interrupted_while_it_was_tested_is_only_tested(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, early_stopping: object
) -> None:
    paths = new_run(settings, epochs=2, model="cnn-2conv", early_stopping=early_stopping)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cifar_core.training.train.final_results", lambda *args, **options: 1 / 0)
        assert run_to_the_end(paths, settings).status == "failed"
    RunStore.from_settings(settings).resume(paths.folder.name)
    lines = paths.metrics.read_bytes()
    record = run_to_the_end(paths, settings)
    assert record.status == "finished"
    assert paths.metrics.read_bytes() == lines


def test_a_spoiled_checkpoint_costs_an_epoch_and_lost_lines_come_back(settings: Settings) -> None:
    paths = new_run(settings, epochs=3, model="cnn-2conv")
    with pytest.MonkeyPatch.context() as patch:
        interrupt(patch, epoch=3, batch=1)
        run_to_the_end(paths, settings)
    newest = max(paths.checkpoint.glob("*.npz"))
    assert newest.name == "epoch-0002.npz"
    newest.write_bytes(newest.read_bytes()[:-100])
    lines = paths.metrics.read_bytes()
    paths.metrics.write_bytes(lines[: len(lines) // 4])
    assert last_checkpoint(paths.checkpoint).epoch == 1
    RunStore.from_settings(settings).resume(paths.folder.name)
    record = run_to_the_end(paths, settings)
    assert record.attempts[0].continued_after == 1
    assert [line.epoch for line in read_metrics(paths.metrics).epochs] == [1, 2, 3]


def test_a_checkpoint_of_another_network_is_a_sentence(settings: Settings) -> None:
    paths = new_run(settings, epochs=3, model="cnn-2conv")
    with pytest.MonkeyPatch.context() as patch:
        interrupt(patch, epoch=2, batch=1)
        run_to_the_end(paths, settings)
    record = RunRecord.read(paths.record)
    config = record.config.model_copy(update={"model": "cnn-baseline"})
    record.model_copy(update={"config": config}).write(paths.record)
    RunStore.from_settings(settings).resume(paths.folder.name)
    failed = run_to_the_end(paths, settings)
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error.startswith("The checkpoint does not fit the model “cnn-baseline” any more")


def line(epoch: int, loss: float) -> EpochMetrics:
    return EpochMetrics(epoch, loss, 0.5, loss, 0.5, 1e-3, 100.0, 1.0)


@pytest.mark.parametrize(
    ("losses", "over"),
    [
        ((), False),
        ((3.0,), False),
        ((3.0, 2.0, 2.5), False),
        ((3.0, 2.0, 2.5, 2.0), True),
        ((3.0, 2.0, 2.5, 1.9), False),
    ],
)
def test_patience_is_over_when_the_loss_has_not_fallen(losses: tuple[float, ...], over: bool) -> None:
    from cifar_core.recipes.config import EarlyStopping

    history = [line(number, loss) for number, loss in enumerate(losses, 1)]
    assert callbacks.patience_is_over(history, EarlyStopping(patience=2)) is over


def test_two_processes_never_train_one_run(settings: Settings, tmp_path: Path) -> None:
    from cifar_core.errors import RunError
    from cifar_core.runs.locks import claim

    paths = new_run(settings)
    held = claim(paths)
    with pytest.raises(RunError, match="being trained by another process"):
        run_to_the_end(paths, settings)
    assert RunRecord.read(paths.record).status == "queued"
    held.release()
