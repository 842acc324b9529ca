"""``sweep`` and ``train --seeds`` on the command line, with nobody to train."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from cifar_core.commands.main import main
from cifar_core.runs.store import RunStore
from cifar_core.sweeps.store import SweepStore
from tests.fake_sweeps import TRIALS, write_sweep


@pytest.fixture(autouse=True)
def _nobody_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, supervised: list[Path], driven: list[Path]
) -> None:
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:60")


@pytest.fixture
def runs(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def test_start_writes_down_what_was_asked(runs: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    words = "sweep start --model cnn-7x7 --epochs 3 --flip --method random --trials 7 --objective val_loss"
    more = (
        "--search learning_rate=1e-4..1e-1:log --search batch_size=64,128 --no-pruning --sweep-seed 5 --json"
    )
    assert main([*words.split(), *more.split()]) == 0
    printed = json.loads(capsys.readouterr().out)
    (sweep,) = SweepStore(runs).list()
    plan = sweep.plan
    assert plan is not None
    assert printed["id"] == sweep.id
    assert printed["state"] == "running"
    assert (plan.method, plan.trials, plan.objective, plan.pruning, plan.seed) == (
        "random",
        7,
        "val_loss",
        False,
        5,
    )
    assert plan.base.model == "cnn-7x7"
    assert plan.base.epochs == 3
    assert plan.base.augmentation.flip
    assert plan.base.data == "drawn:60"
    assert [search.field for search in plan.space] == ["learning_rate", "batch_size"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--search batch_size=0", "greater than or equal to 1"),
        ("--search speed=1,2", "no hyper-parameter “speed”"),
        ("--search flip=yes --method guess", "'grid', 'random' or 'tpe'"),
        ("--search flip=yes --objective test_accuracy", "'val_accuracy' or 'val_loss'"),
        ("--search flip=yes --trials 5000", "less than or equal to 1000"),
    ],
)
def test_wrong_usage_is_a_sentence_and_status_2(
    runs: RunStore, capsys: pytest.CaptureFixture[str], words: str, sentence: str
) -> None:
    assert main(["sweep", "start", "--model", "cnn-2conv", *words.split()]) == 2
    assert sentence in capsys.readouterr().err
    assert SweepStore(runs).list() == ()


def test_list_and_show(runs: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "list"]) == 0
    assert "There are no sweeps" in capsys.readouterr().out
    sweep = write_sweep(runs, importance={"learning_rate": 0.9, "batch_size": 0.1})
    assert main(["sweep", "list"]) == 0
    assert f"{sweep.id}  find a rate  running  4 of 8  80.0%" in capsys.readouterr().out
    assert main(["sweep", "show", sweep.id]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("find a rate: running; highest validation accuracy")
    assert any(line.split()[:3] == ["2", "(best)", "finished"] for line in lines)
    assert lines[-1] == "Importance, from 2 trials: learning_rate 90%, batch_size 10%"
    assert main(["sweep", "show", sweep.id, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["best"]["number"] == 1
    assert [trial["state"] for trial in printed["trials"]] == [trial.state for trial in TRIALS]
    assert main(["sweep", "show", "nothing"]) == 1
    assert "There is no sweep “nothing”" in capsys.readouterr().err


def test_stop_and_delete(
    runs: RunStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = write_sweep(runs)
    assert main(["sweep", "delete", sweep.id]) == 1
    assert "Stop it first" in capsys.readouterr().err

    def obey(folder: Path, arguments: Sequence[str]) -> None:
        assert sweep.summary is not None
        sweep.summary.model_copy(update={"state": "stopped"}).write(sweep.paths.summary)

    monkeypatch.setattr("cifar_core.sweeps.submit.ensure_drivers", obey)
    assert main(["sweep", "stop", sweep.id]) == 0
    assert capsys.readouterr().out == f"{sweep.id} is stopped.\n"
    assert main(["sweep", "stop", sweep.id]) == 1
    assert "is stopped already" in capsys.readouterr().err
    assert main(["sweep", "resume", sweep.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "stopped"  # as the stand-in for its driver says
    assert sweep.paths.resume.exists()
    assert not sweep.paths.stop.exists()
    assert main(["sweep", "delete", sweep.id]) == 0
    assert SweepStore(runs).list() == ()


def test_seeds_are_queued(runs: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    words = "train --model cnn-2conv --epochs 2 --seed 3 --seeds 2 --priority 1"
    assert main(words.split()) == 0
    printed = capsys.readouterr()
    made = list(reversed(runs.list()))
    assert printed.out.split() == [run.id for run in made]
    assert "go on in the background" in printed.err
    records = [run.record for run in made if run.record]
    assert [record.config.seed for record in records] == [3, 4]
    assert {record.priority for record in records} == {1}
    assert main([*words.split(), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["tested"] == 0
    assert summary["mean_test_accuracy"] is None
    assert len(summary["runs"]) == 2
    assert main(["train", "--model", "cnn-2conv", "--seeds", "1"]) == 2
