"""The list of models says size, accuracy and time, of the best finished run on exactly these pictures."""

import dataclasses
from pathlib import Path

from cifar_core.models.registry import MODELS
from cifar_core.runs.record import Results, RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.views.train.model_words import model_labels, model_of_label
from tests.fake_runs import write_run
from tests.unit.views.train.test_live import dataset


def write(
    folder: Path, name: str, *, status: str = "finished", accuracy: float, seconds: float | None
) -> None:
    paths = write_run(folder, name, dataset(), status=status)
    record = RunRecord.read(paths.record)
    results = Results(
        epochs=2,
        best_epoch=2,
        validation_accuracy=0.5,
        validation_loss=1.0,
        test_accuracy=accuracy,
        test_loss=1.0,
        training_seconds=seconds,
        images_per_second=100.0,
    )
    record.model_copy(update={"results": results}).write(paths.record)


def test_the_best_finished_run_on_these_pictures_counts(tmp_path: Path) -> None:
    untrained = model_labels(dataset(), ())
    assert list(untrained) == list(MODELS)
    assert untrained["cnn-2conv"] == "cnn-2conv: not trained here yet, 168 k parameters"
    write(tmp_path, "good", accuracy=0.6812, seconds=242.0)
    write(tmp_path, "better", accuracy=0.71, seconds=None)
    write(tmp_path, "stopped", status="stopped", accuracy=0.99, seconds=5.0)
    runs = RunStore(tmp_path).list()
    assert model_labels(dataset(), runs)["cnn-2conv"] == "cnn-2conv: 71.0%, 168 k parameters"
    alone = [run for run in runs if run.id == "good"]
    assert model_labels(dataset(), alone)["cnn-2conv"] == "cnn-2conv: 68.1% in 4 min, 168 k parameters"
    others = dataclasses.replace(dataset(), fingerprint="0" * 16)
    assert "not trained here yet" in model_labels(others, runs)["cnn-2conv"]
    assert "not trained" in model_labels(dataset(), runs)["cnn-7x7"]


def test_the_size_is_that_for_the_classes_on_screen(tmp_path: Path) -> None:
    hundred = dataclasses.replace(dataset(), class_names=tuple(map(str, range(100))))
    assert "173 k parameters" in model_labels(hundred, ())["cnn-2conv"]


def test_a_label_of_a_moment_ago_names_its_model() -> None:
    for label in model_labels(dataset(), ()).values():
        assert model_of_label(label) in MODELS
    assert model_of_label("resnet20: 85.1% in 1 h, 275 k parameters") == "resnet20"
    assert model_of_label("resnet20") == "resnet20"
