import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cifar_core.commands.main import main
from cifar_core.evaluation.predictions import load_predictions
from cifar_core.recipes.config import EarlyStopping, TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.training.worker import run_to_the_end


def new_run(settings: Settings, **changes: object) -> RunPaths:
    values = {"name": "try", "model": "cnn-2conv", "data": "drawn:200", "epochs": 2, "precision": "float32"}
    config = TrainingConfig.from_values(values | changes)
    return RunStore.from_settings(settings).create(config, foreground=True).paths


def test_a_run_ends_with_a_model_and_predictions_that_agree_with_its_record(settings: Settings) -> None:
    import keras

    paths = new_run(settings)
    record = run_to_the_end(paths, settings)
    assert record.status == "finished"
    assert RunRecord.read(paths.record) == record
    assert record.results is not None
    assert record.data is not None
    epochs = read_metrics(paths.metrics).epochs
    assert [line.epoch for line in epochs] == [1, 2]
    assert epochs[1].loss < epochs[0].loss
    assert (record.results.epochs, record.results.best_epoch) == (2, 2)
    assert record.data.training_pictures + record.data.validation_pictures == 200

    tested = load_predictions(paths.predictions, "test")
    assert len(tested) == record.data.test_pictures
    assert record.results.test_accuracy == tested.accuracy
    # The last epoch's weights are kept, so its validation figures are found again in the predictions.
    assert load_predictions(paths.predictions, "validation").accuracy == pytest.approx(epochs[1].val_accuracy)

    from cifar_core.data.catalog import open_dataset

    dataset = open_dataset("drawn:200", settings)
    network = keras.saving.load_model(paths.model, safe_mode=True, compile=False)
    logits = np.asarray(network(dataset.test.images.astype(np.float32)))
    np.testing.assert_allclose(logits - logits.max(axis=1, keepdims=True), tested.logits, atol=0.02)


@pytest.mark.thorough  # test_same_numbers.py has the same of the step, test_resume.py of a whole run
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(settings: Settings) -> None:
    logits = []
    for seed in (1, 1, 2):
        paths = new_run(settings, seed=seed, epochs=1, augmentation={"flip": True, "translate": 0.1})
        run_to_the_end(paths, settings)
        logits.append(load_predictions(paths.predictions, "test").logits)
    np.testing.assert_array_equal(logits[0], logits[1])
    assert (logits[0] != logits[2]).any()


def test_early_stopping_ends_the_run_and_the_best_epoch_is_kept(settings: Settings) -> None:
    # A learning rate far too large: the validation loss rises at once.
    paths = new_run(
        settings,
        epochs=30,
        learning_rate=0.05,
        keep="best",
        early_stopping=EarlyStopping(patience=2).model_dump(),
    )
    record = run_to_the_end(paths, settings)
    epochs = read_metrics(paths.metrics).epochs
    assert record.results is not None
    lowest = min(epochs, key=lambda line: line.val_loss)
    assert record.results.best_epoch == lowest.epoch
    assert len(epochs) == lowest.epoch + 2
    assert record.results.validation_loss == pytest.approx(lowest.val_loss, rel=1e-2)


def test_a_stop_keeps_the_best_weights_and_reads_no_test_picture(settings: Settings) -> None:
    paths = new_run(settings)
    paths.stop.touch()
    record = run_to_the_end(paths, settings)
    assert record.status == "stopped"
    assert record.results is None
    assert paths.model.is_file()
    assert not paths.predictions.exists()
    assert not paths.stop.exists()


def test_diverging_training_fails_with_a_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    from cifar_core.training.optimizers import PlannedRates

    # Far beyond what a configuration may ask for, so that the weights overflow at once.
    far = np.full(1, 1e38, np.float32)
    monkeypatch.setattr(
        "cifar_core.training.engine.make_optimizer",
        lambda recipe, steps, fused: keras.optimizers.SGD(PlannedRates(far)),
    )
    paths = new_run(settings)
    record = run_to_the_end(paths, settings)
    assert record.status == "failed"
    assert record.error is not None
    assert record.error.startswith("The training loss is no finite number any more after epoch 1")
    assert "smaller learning rate" in record.error
    for line in paths.metrics.read_text().splitlines():
        json.loads(line, parse_constant=pytest.fail)
    (epoch,) = read_metrics(paths.metrics).epochs
    assert not np.isfinite(epoch.loss)


def test_weights_that_are_no_numbers_fail_though_the_loss_is_finite(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cifar_core.training import callbacks

    class OneBroken(callbacks.AveragedValidation):
        """Breaks the weights after validation, whose loss was finite."""

        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            layer = self.model.get_layer("conv_1")
            layer = getattr(layer, "layer", layer)
            layer.bias.assign(np.full(layer.bias.shape, np.nan))

    monkeypatch.setattr(callbacks, "AveragedValidation", OneBroken)
    paths = new_run(settings)
    record = run_to_the_end(paths, settings)
    assert record.status == "failed"
    assert record.error is not None
    assert "no numbers any more after epoch 1" in record.error
    assert "smaller learning rate" in record.error


def test_missing_data_fails_with_a_sentence_before_keras_is_loaded(
    settings: Settings, tmp_path: Path
) -> None:
    record = run_to_the_end(new_run(settings, data=str(tmp_path / "nowhere")), settings)
    assert record.status == "failed"
    assert record.error is not None
    assert "nowhere" in record.error
    assert "Traceback" not in record.error


def test_train_on_the_command_line_prints_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    words = "train --model cnn-2conv --data drawn:100 --epochs 1 --json --name first --no-flip"
    assert main(["--runs", str(tmp_path / "runs"), *words.split()]) == 0
    output = capsys.readouterr()
    run = json.loads(output.out)
    assert (run["model"], run["status"], run["epochs"]) == ("cnn-2conv", "finished", 1)
    assert 0 <= run["test_accuracy"] <= 1
    assert RunRecord.read(Path(run["path"]) / "run.json").config.name == "first"
    assert "epoch 1/1" in output.err


def test_wrong_values_on_the_command_line_are_answered_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "--model", "cnn-2conv", "--data", "drawn", "--epochs", "0"]
    assert main([*words, "--runs", str(tmp_path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "epochs" in output.err
    with pytest.raises(SystemExit) as usage:
        main(["train"])
    assert usage.value.code == 2


@pytest.mark.parametrize("model", ["cnn-2conv", "speedrun"])
def test_fewer_pictures_than_a_batch_and_an_unbalanced_test_set(
    settings: Settings, model: str, tmp_path: Path
) -> None:
    for name, count in (("ant", 12), ("bee", 2), ("cat", 1)):
        for split, number in (("train", count), ("test", count)):
            (tmp_path / "insects" / split / name).mkdir(parents=True)
            for index in range(number):
                pixels = np.full((32, 32, 3), 20 * index, np.uint8)
                Image.fromarray(pixels).save(tmp_path / "insects" / split / name / f"{index}.png")
    paths = new_run(settings, model=model, data=str(tmp_path / "insects"), batch_size=64, epochs=1)
    record = run_to_the_end(paths, settings, keep_log=True)
    assert record.error is None
    assert record.data is not None
    assert record.results is not None
    assert (record.data.training_pictures, record.data.validation_pictures) == (13, 2)
    tested = load_predictions(paths.predictions, "test")
    recalls = [(tested.predicted[tested.labels == label] == label).mean() for label in range(3)]
    assert record.results.test_balanced_accuracy == pytest.approx(np.mean(recalls))
    log = paths.log.read_text(encoding="utf-8")
    assert "13 pictures to train with, fewer than the batch size of 64: each epoch is a single step." in log
    assert "Validation says nothing of cat" in log


@pytest.mark.parametrize(
    ("counts", "said"), [((1, 1), "one training picture of each class"), ((9,), "one class, ant")]
)
def test_a_set_that_cannot_be_trained_on_fails_with_the_sentence(
    settings: Settings, counts: tuple[int, ...], said: str, tmp_path: Path
) -> None:
    for name, count in zip(("ant", "bee"), counts, strict=False):
        for split in ("train", "test"):
            (tmp_path / "insects" / split / name).mkdir(parents=True)
            for index in range(count):
                Image.new("RGB", (32, 32)).save(tmp_path / "insects" / split / name / f"{index}.png")
    record = run_to_the_end(new_run(settings, data=str(tmp_path / "insects")), settings)
    assert record.status == "failed"
    assert said in (record.error or "")
