"""Runs go to MLflow and come back; runs of other programs are taken over as far as they are known."""

import filecmp
import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mlflow")
pytest.importorskip("alembic")

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.errors import InterchangeError, RunError
from cifar_core.exports.mlflow import ARTIFACTS, export_to_mlflow
from cifar_core.imports.mlflow import import_from_mlflow
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.table import list_rows
from cifar_core.views.train.live import build_train_view
from tests.fake_runs import write_run

pytestmark = pytest.mark.filterwarnings("ignore")  # MLflow's own, of other libraries


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a real database, empty at first; making its tables takes seconds."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow')}/runs.db"


def client(uri: str) -> Any:
    from mlflow.tracking import MlflowClient

    return MlflowClient(tracking_uri=uri)


def finished_run(settings: Settings) -> Run:
    paths = write_run(settings.runs_dir, "a-run", open_dataset("drawn:40", settings), name="first try")
    paths.model.write_bytes(b"weights")
    return RunStore.from_settings(settings).get("a-run")


def test_a_run_comes_back_file_by_file(
    settings: Settings, uri: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run(settings)
    command = ["--runs", str(settings.runs_dir), "runs", "export", "a-run", "--mlflow", uri, "--json"]
    assert main([*command, "--experiment", "A class"]) == 0
    mlflow_id = json.loads(capsys.readouterr().out)["mlflow_run_id"]

    there = client(uri).get_run(mlflow_id)
    assert (there.info.status, there.info.run_name) == ("FINISHED", "first try")
    assert client(uri).get_experiment(there.info.experiment_id).name == "A class"
    assert there.data.params["model"] == "cnn-2conv"
    assert there.data.params["augmentation.flip"] == "False"
    assert there.data.tags["cifar_lab.run"] == "a-run"
    assert run.record is not None
    assert run.record.results is not None
    assert there.data.metrics["test_accuracy"] == run.record.results.test_accuracy
    history = client(uri).get_metric_history(mlflow_id, "val_accuracy")
    epochs = read_metrics(run.paths.metrics).epochs
    assert [(one.step, one.value) for one in history] == [(line.epoch, line.val_accuracy) for line in epochs]
    assert [later.timestamp - history[0].timestamp for later in history] == [0, 25_000, 50_000]

    assert main(["--runs", str(tmp_path / "other"), "runs", "import-mlflow", uri, mlflow_id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "a-run"
    names = ["run.json", "metrics.jsonl", "predictions.npz", "model.keras"]
    assert filecmp.cmpfiles(run.paths.folder, tmp_path / "other" / "a-run", names, shallow=False)[0] == names
    assert RunStore(tmp_path / "other").get("a-run").record == run.record
    with pytest.raises(RunError, match="is here already"):
        import_from_mlflow(uri, mlflow_id, RunStore(tmp_path / "other"))


def test_what_came_damaged_is_refused(settings: Settings, uri: str, tmp_path: Path) -> None:
    mlflow_id = export_to_mlflow(finished_run(settings), uri)
    client(uri).log_text(mlflow_id, '{"id": "../outside"}', f"{ARTIFACTS}/run.json")
    with pytest.raises(RunError):
        import_from_mlflow(uri, mlflow_id, RunStore(tmp_path / "other"))
    record = json.loads((settings.runs_dir / "a-run" / "run.json").read_text())
    client(uri).log_text(mlflow_id, json.dumps(record | {"id": "../outside"}), f"{ARTIFACTS}/run.json")
    with pytest.raises(RunError, match="is no run id"):
        import_from_mlflow(uri, mlflow_id, RunStore(tmp_path / "other"))
    assert not list(tmp_path.glob("outside*"))
    assert RunStore(tmp_path / "other").list() == ()


def foreign(uri: str, metrics: dict[str, list[float]], *, status: str = "FINISHED") -> str:
    """Write a run as Keras's autologging does: steps from 0, a point for each epoch."""
    one = client(uri)
    found = one.get_experiment_by_name("theirs")
    experiment = found.experiment_id if found else one.create_experiment("theirs")
    run_id: str = one.create_run(experiment, start_time=1_000_000, run_name="resnet <b>").info.run_id
    one.log_param(run_id, "opt_name", "adam")
    for name, values in metrics.items():
        for step, value in enumerate(values):
            one.log_metric(run_id, name, value, timestamp=1_000_000 + 10_000 * (step + 1), step=step)
    one.set_terminated(run_id, status, 1_060_000)
    return run_id


def test_a_run_of_another_program_is_taken_over_with_its_curves(
    settings: Settings, uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mlflow_id = foreign(
        uri,
        {
            "loss": [2.0, 1.5, 1.2],
            "accuracy": [30.0, 45.0, 60.0],  # in percent
            "val_loss": [1.9, 1.4, 1.3],
            "val_accuracy": [0.35, 0.5, 0.55],
            "lr": [1e-3, 1e-3, 1e-4],
            "test_accuracy": [0.54],
        },
    )
    run = import_from_mlflow(uri, mlflow_id, RunStore.from_settings(settings))
    epochs = read_metrics(run.paths.metrics).epochs
    assert [(line.epoch, line.loss, line.val_accuracy) for line in epochs] == [
        (1, 2.0, 0.35),
        (2, 1.5, 0.5),
        (3, 1.2, 0.55),
    ]
    assert [line.accuracy for line in epochs] == pytest.approx([0.3, 0.45, 0.6])
    assert [line.seconds for line in epochs] == [10.0, 10.0, 10.0]
    assert [line.learning_rate for line in epochs] == [1e-3, 1e-3, 1e-4]
    assert {line.images_per_second for line in epochs} == {None}
    record = run.record
    assert record is not None
    assert record.imported is not None
    assert record.results is not None
    assert (record.imported.name, record.imported.hyperparameters) == ("resnet <b>", {"opt_name": "adam"})
    assert record.imported.source == f"MLflow run {mlflow_id} at {uri}"
    assert (record.results.epochs, record.results.validation_accuracy) == (3, 0.55)
    assert record.results.test_accuracy is None
    assert "test accuracy of 0.54" in (record.results.note or "")

    # Every place that shows runs has something sensible to say of it.
    for command in ("list", "show"):
        arguments = ["runs", command, *([run.id] if command == "show" else [])]
        assert main(["--runs", str(settings.runs_dir), *arguments]) == 0
    printed = capsys.readouterr().out
    assert "3, imported" in printed
    assert " of None" not in printed
    row = list_rows([run], open_dataset("drawn:40", settings))[0]
    assert row.missing is not None
    assert "imported from MLflow with its curves alone" in row.missing
    view = build_train_view(run, (run,)).run
    assert view.outcome is not None
    assert "on which pictures they were measured is not known" in view.outcome
    assert "opt_name adam" in view.subtitle
    assert [fact.value for fact in view.facts if fact.name == "Epochs"] == ["3"]


def test_of_a_run_that_diverged_the_last_figures_that_are_numbers_count(settings: Settings, uri: str) -> None:
    nan, inf = math.nan, math.inf
    curves = {"loss": [2.0, 1.5, nan], "accuracy": [0.3, 0.4, inf]}
    curves |= {"val_loss": [1.9, 1.4, inf], "val_accuracy": [0.35, 0.5, 0.1]}
    run = import_from_mlflow(uri, foreign(uri, curves), RunStore.from_settings(settings))
    epochs = read_metrics(run.paths.metrics).epochs
    assert [line.val_accuracy for line in epochs] == [0.35, 0.5, 0.1]
    assert [line.accuracy for line in epochs[:2]] == [0.3, 0.4]
    assert [math.isfinite(line.val_loss) for line in epochs] == [True, True, False]
    assert run.record is not None
    assert run.record.results is not None
    assert (run.record.results.validation_accuracy, run.record.results.validation_loss) == (0.5, 1.4)
    assert run.record.results.note == "Figures of epoch 2, the last one that has numbers."

    nothing = foreign(uri, curves | {"val_loss": [nan, nan, nan]})
    with pytest.raises(InterchangeError, match="no epoch whose validation figures are numbers"):
        import_from_mlflow(uri, nothing, RunStore.from_settings(settings))


@pytest.mark.parametrize(
    ("metrics", "status", "sentence"),
    [
        ({"loss": [1.0], "accuracy": [0.5]}, "FINISHED", r"lacks .*val_loss .*val_accuracy"),
        ({}, "FINISHED", "metrics are: none"),
        ({"loss": [1.0]}, "RUNNING", "is running, and only finished"),
        ({"loss": [1.0]}, "FAILED", "is failed, and only finished"),
    ],
)
def test_a_run_of_which_too_little_is_known_is_refused(
    settings: Settings, uri: str, metrics: dict[str, list[float]], status: str, sentence: str
) -> None:
    mlflow_id = foreign(uri, metrics, status=status)
    with pytest.raises(InterchangeError, match=sentence):
        import_from_mlflow(uri, mlflow_id, RunStore.from_settings(settings))
    assert RunStore.from_settings(settings).list() == ()


def test_what_mlflow_refuses_is_a_sentence(
    settings: Settings, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, store = finished_run(settings), RunStore.from_settings(settings)
    with pytest.raises(InterchangeError, match="no longer writes plain folders"):
        export_to_mlflow(run, str(tmp_path / "mlruns"))
    with pytest.raises(InterchangeError, match="not found"):
        import_from_mlflow(uri, "0" * 32, store)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(InterchangeError, match=r"^MLflow at http://127\.0\.0\.1:9 ") as refused:
        export_to_mlflow(run, "http://me:secret@127.0.0.1:9")
    assert "secret" not in str(refused.value)
    monkeypatch.setitem(sys.modules, "mlflow.tracking", None)
    with pytest.raises(InterchangeError, match=r"pip install -r requirements-interchange\.txt"):
        export_to_mlflow(run, uri)


def test_where_to_is_a_folder_or_mlflow(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    finished_run(settings)
    assert main(["--runs", str(settings.runs_dir), "runs", "export", "a-run"]) == 2
    assert "Say where to" in capsys.readouterr().err
