from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from cifar_core.errors import RunError
from cifar_core.evaluation.epoch_predictions import begin_epochs, load_epochs, save_epoch
from cifar_core.exports.run_folder import export_run
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, Tick, append_metrics, read_metrics
from cifar_core.runs.record import RecordedStatus, RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore

EPOCH = EpochMetrics(1, 2.0, 0.2, 1.9, 0.25, 1e-3, 500.0, 4.0)


def make_run(root: Path, status: RecordedStatus) -> Run:
    paths = RunPaths(root / "some-run")
    paths.folder.mkdir(parents=True)
    config = TrainingConfig(name="try", model="cnn-2conv", data="drawn")
    RunRecord(id="some-run", config=config, status=status, created=datetime.now(UTC)).write(paths.record)
    append_metrics(paths.metrics, Tick(1, 1, 2, 2.0, 0.1, 500.0))
    append_metrics(paths.metrics, EPOCH)
    paths.predictions.write_bytes(b"predictions")
    paths.model.write_bytes(b"x" * 100)
    paths.log.write_text("a path of this machine")
    return RunStore(root).get("some-run")


def test_a_copy_holds_what_others_need_and_nothing_else(tmp_path: Path) -> None:
    folder = export_run(make_run(tmp_path / "runs", "finished"), tmp_path / "copies")
    assert sorted(file.name for file in folder.iterdir()) == [
        "metrics.jsonl",
        "model.keras",
        "predictions.npz",
        "run.json",
    ]
    assert read_metrics(folder / "metrics.jsonl").epochs == (EPOCH,)
    assert b"tick" not in (folder / "metrics.jsonl").read_bytes()
    assert RunStore(tmp_path / "copies").get("some-run").status == "finished"


def test_epochs_go_with_the_run_without_what_is_half_written(tmp_path: Path) -> None:
    run = make_run(tmp_path / "runs", "finished")
    begin_epochs(run.paths.epochs, np.array([0, 1]), np.array([4, 7]), "f")
    save_epoch(run.paths.epochs, 1, np.eye(2, dtype=np.float32))
    (run.paths.epochs / ".epoch-0002.npz.1.aa.part").write_bytes(b"half")
    copy = RunPaths(export_run(run, tmp_path / "copies"))
    assert sorted(file.name for file in copy.epochs.iterdir()) == ["epoch-0001.npz", "validation.npz"]
    assert load_epochs(copy.epochs).predicted.tolist() == [[0, 1]]


def test_large_weights_stay_behind(tmp_path: Path) -> None:
    folder = export_run(make_run(tmp_path / "runs", "finished"), tmp_path / "copies", model_bytes=99)
    assert not (folder / "model.keras").exists()


def test_a_second_copy_and_an_unfinished_run_are_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path / "runs", "finished")
    export_run(run, tmp_path / "copies")
    with pytest.raises(RunError, match="there already"):
        export_run(run, tmp_path / "copies")
    with pytest.raises(RunError, match="only a finished run"):
        export_run(make_run(tmp_path / "more", "stopped"), tmp_path / "copies")


def test_another_file_is_copied_in_the_models_place(tmp_path: Path) -> None:
    smaller = tmp_path / "smaller.keras"
    smaller.write_bytes(b"x" * 50)
    run = make_run(tmp_path / "runs", "finished")
    folder = export_run(run, tmp_path / "copies", model_bytes=50, model=smaller)
    assert (folder / "model.keras").read_bytes() == b"x" * 50
