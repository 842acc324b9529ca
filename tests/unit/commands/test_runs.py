import argparse
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cifar_core.commands import runs as cli
from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.metrics import EpochMetrics, append_metrics
from cifar_core.runs.record import Results
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_runs import change, environment, provenance

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2, seed=7)
Command = Callable[..., str]


@pytest.fixture
def store(settings: Settings) -> RunStore:
    return RunStore.from_settings(settings)


@pytest.fixture
def command(settings: Settings, capsys: pytest.CaptureFixture[str], supervised: list[Path]) -> Command:
    def execute(*words: str) -> str:
        parser = argparse.ArgumentParser()
        cli.add_run_commands(parser.add_subparsers(required=True))
        args = parser.parse_args(words)
        assert args.run(args, settings) == 0
        return capsys.readouterr().out

    return execute


def test_json_of_a_run_that_diverged_is_json(command: Command, store: RunStore) -> None:
    run = store.create(CONFIG)
    append_metrics(run.paths.metrics, EpochMetrics(1, math.nan, 0.1, math.inf, 0.1, 1e-3, 900.0, 2.0))
    document = json.loads(command("runs", "show", run.id, "--json"), parse_constant=pytest.fail)
    assert document["metrics"][0]["loss"] is None
    assert document["metrics"][0]["val_loss"] is None
    table = command("runs", "show", run.id).splitlines()
    assert table[-1].split() == ["1", "–", "10.00%", "–", "10.00%", "900"]


def finished_run(store: RunStore) -> Run:
    run = store.create(CONFIG)
    for epoch in (1, 2):
        append_metrics(run.paths.metrics, EpochMetrics(epoch, 1.5, 0.4, 1.2, 0.5, 1e-3, 900.0, 2.0))
    results = Results(
        epochs=2, best_epoch=2, validation_accuracy=0.5, validation_loss=1.2, test_accuracy=0.525, test_loss=1.1,
        training_seconds=4.0, images_per_second=900.0,
    )  # fmt: skip
    return change(
        store,
        run,
        status="finished",
        parameters=167_562,
        data=provenance(90, 10, 40, name="Drawn"),
        environment=environment(),
        results=results,
    )


def test_the_list_of_runs_as_json(command: Command, store: RunStore) -> None:
    assert json.loads(command("runs", "list", "--json")) == []
    finished, queued = finished_run(store), store.create(CONFIG)
    (store.runs_dir / "damaged").mkdir()
    listed: dict[str, dict[str, Any]] = {
        run["id"]: run for run in json.loads(command("runs", "list", "--json"))
    }
    assert listed[finished.id] == {
        "id": finished.id,
        "status": "finished",
        "shipped": False,
        "path": str(finished.paths.folder),
        "error": None,
        "imported_from": None,
        "name": "a run",
        "model": "cnn-2conv",
        "data": "drawn",
        "seed": 7,
        "device": "cpu",
        "hardware": "a processor, 2 cores",
        "created": finished.record.created.isoformat() if finished.record else "",
        "epochs": 2,
        "epochs_asked": 2,
        "parameters": 167_562,
        "validation_accuracy": 0.5,
        "test_accuracy": 0.525,
        "test_balanced_accuracy": None,
        "test_pictures": 40,
        "training_seconds": 4.0,
        "images_per_second": 900.0,
    }
    assert listed[queued.id]["status"] == "queued"
    assert listed[queued.id]["epochs"] == 0
    assert listed[queued.id]["test_accuracy"] is None
    assert "no readable run.json" in listed["damaged"]["error"]
    assert listed["damaged"].keys() == listed[finished.id].keys()


def test_the_list_of_runs_in_words(command: Command, store: RunStore) -> None:
    assert "There are no runs" in command("runs", "list")
    run = finished_run(store)
    (store.runs_dir / "damaged").mkdir()
    lines = command("runs", "list").splitlines()
    assert lines[0].split() == ["run", "status", "data", "epochs", "test", "accuracy", "training", "time"]
    rows = {line.split()[0]: line.split() for line in lines[1:]}
    assert rows[run.id] == [run.id, "finished", "drawn", "2", "of", "2", "52.50%", "4", "s"]
    assert rows["damaged"] == ["damaged", "failed"]


def test_balanced_accuracy_stands_in_the_list_where_classes_are_unbalanced(
    command: Command, store: RunStore
) -> None:
    run = finished_run(store)
    header, *_ = command("runs", "list").splitlines()
    assert "balanced" not in header
    assert run.record is not None
    assert run.record.results is not None
    results = run.record.results.model_copy(update={"test_balanced_accuracy": 0.5})
    change(store, run, results=results)
    store.create(CONFIG)
    lines = command("runs", "list").splitlines()
    assert "test accuracy  balanced accuracy  training time" in lines[0]
    assert any("52.50%         50.00%" in line for line in lines[1:])
    assert lines[-1] == (
        "Balanced accuracy, the mean of the recalls of all classes, stands where one class has more than 1.5 times as "
        "many test pictures as another."
    )


def test_one_run_in_words_and_as_json(command: Command, store: RunStore) -> None:
    run = finished_run(store)
    text = command("runs", "show", run.id)
    assert "validation accuracy" in text
    assert "167562" in text
    document = json.loads(command("runs", "show", run.id, "--json"))
    assert document["record"]["config"]["batch_size"] == 32
    assert [line["epoch"] for line in document["metrics"]] == [1, 2]
    with pytest.raises(RunError, match="There is no run"):
        command("runs", "show", "nothing")


def test_a_failed_run_is_shown_with_the_end_of_its_log(command: Command, store: RunStore) -> None:
    run = store.create(CONFIG)
    assert run.record is not None
    run.record.model_copy(update={"status": "failed", "error": "Memory ran out."}).write(run.paths.record)
    run.paths.log.write_text("a line of the log\n")
    text = command("runs", "show", run.id)
    assert "Memory ran out." in text
    assert text.endswith("a line of the log\n")


def test_stopping(command: Command, store: RunStore) -> None:
    first, second = store.create(CONFIG), store.create(CONFIG)
    assert command("runs", "stop", first.id) == f"{first.id} is stopped.\n"
    assert json.loads(command("runs", "stop", second.id, "--json"))["status"] == "stopped"
    with pytest.raises(RunError, match="already"):
        command("runs", "stop", first.id)


def test_deleting_asks_first(command: Command, store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [store.create(CONFIG).id for _ in range(3)]
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    with pytest.raises(RunError, match="Nothing was deleted"):
        command("runs", "delete", runs[0])
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert json.loads(command("runs", "delete", runs[0], "--json"))["id"] == runs[0]
    assert command("runs", "delete", runs[1], "--yes") == f"{runs[1]} is deleted.\n"
    assert [run.id for run in store.list()] == [runs[2]]


def test_a_run_is_annotated(command: Command, store: RunStore) -> None:
    run = finished_run(store)
    assert json.loads(command("runs", "note", run.id, "--json")) == {"tags": [], "note": ""}
    command("runs", "note", run.id, "--tags", "a, b", "--note", "overfits")
    told = command("runs", "note", run.id, "--tags", "c")  # the note stays
    assert "c" in told
    assert json.loads(command("runs", "note", run.id, "--json")) == {"tags": ["c"], "note": "overfits"}


def test_a_run_is_renamed(command: Command, store: RunStore) -> None:
    run = finished_run(store)
    assert command("runs", "rename", run.id, "lr 0.003") == f"{run.id} is called “lr 0.003” now.\n"
    assert json.loads(command("runs", "rename", run.id, "again", "--json"))[0]["name"] == "again"
    assert store.get(run.id).name == "again"
