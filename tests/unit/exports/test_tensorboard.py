"""What TensorBoard reads is what ``metrics.jsonl`` says."""

import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("tensorboard")

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.errors import InterchangeError
from cifar_core.exports.tensorboard import TAGS, export_events, write_events
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT, Settings
from tests.fake_runs import write_run
from tests.tensorboard_reader import read_events


def test_tensorboard_reads_every_figure_of_every_epoch(settings: Settings) -> None:
    dataset = open_dataset("drawn:40", settings)
    write_run(settings.runs_dir, "a-run", dataset, epochs=4)
    run = RunStore.from_settings(settings).get("a-run")
    file = export_events(run, run.paths.tensorboard)
    again = export_events(run, run.paths.tensorboard)
    assert list(again.parent.iterdir()) == [again] != [file]
    scalars = read_events(again.parent)
    epochs = read_metrics(run.paths.metrics).epochs
    for field, tag in TAGS.items():
        assert [step for step, _, _ in scalars[tag]] == [1, 2, 3, 4]
        assert [value for _, value, _ in scalars[tag]] == pytest.approx(
            [getattr(line, field) for line in epochs], rel=1e-6
        )
    times = [moment for _, _, moment in scalars["train/loss"]]
    assert [later - earlier for earlier, later in pairwise(times)] == [25.0] * 3


def test_a_resumed_run_has_no_epoch_twice_and_goes_on_growing(settings: Settings) -> None:
    dataset = open_dataset("drawn:40", settings)
    write_run(settings.runs_dir, "a-run", dataset, epochs=2)
    run = RunStore.from_settings(settings).get("a-run")
    assert run.record is not None
    folder = run.paths.tensorboard
    epochs = read_metrics(run.paths.metrics).epochs
    write_events(folder, run.record, epochs)
    third = EpochMetrics(3, 0.5, 0.75, 0.6, 0.7, 1e-4, 900.0, 20.0)
    write_events(folder, run.record, epochs).write_epoch(third, 2e9)
    scalars = read_events(folder)
    assert [step for step, _, _ in scalars["train/accuracy"]] == [1, 2, 3]
    # An epoch of version 0.1 has a loss, and no cross-entropy that it could be taken for.
    assert [step for step, _, _ in scalars["train/cross-entropy"]] == [1, 2]
    assert tuple(scalars["train/accuracy"][-1][1:]) == (0.75, 2e9)


def test_a_loss_that_is_no_number_has_no_point(settings: Settings) -> None:
    write_run(settings.runs_dir, "a-run", open_dataset("drawn:40", settings), epochs=2)
    run = RunStore.from_settings(settings).get("a-run")
    assert run.record is not None
    diverged = EpochMetrics(3, math.nan, 0.1, math.inf, 0.1, 1e-4, 900.0, 20.0)
    write_events(run.paths.tensorboard, run.record, [*read_metrics(run.paths.metrics).epochs, diverged])
    scalars = read_events(run.paths.tensorboard)
    assert [step for step, _, _ in scalars["train/loss"]] == [1, 2]
    assert [step for step, _, _ in scalars["validation/loss"]] == [1, 2]
    assert [step for step, _, _ in scalars["train/accuracy"]] == [1, 2, 3]


def test_the_command_line_writes_where_it_may(settings: Settings, tmp_path: Path) -> None:
    dataset = open_dataset("drawn:40", settings)
    write_run(settings.runs_dir, "a-run", dataset)
    write_run(settings.runs_dir, "queued", dataset, status="queued", epochs=0)
    runs = ["--runs", str(settings.runs_dir)]
    assert main([*runs, "runs", "tensorboard"]) == 0
    assert len(list((settings.runs_dir / "a-run" / "tensorboard").iterdir())) == 1
    assert not (settings.runs_dir / "queued" / "tensorboard").exists()
    assert main([*runs, "runs", "tensorboard", "a-run", "--logdir", str(tmp_path / "logs")]) == 0
    assert len(list((tmp_path / "logs" / "a-run").iterdir())) == 1


def test_shipped_runs_are_never_written_into(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = RunStore(tmp_path, PROJECT_ROOT / "trained").list()[0]
    before = sorted(shipped.paths.folder.iterdir())
    runs = ["--runs", str(settings.runs_dir)]
    assert main([*runs, "runs", "tensorboard", shipped.id]) == 1
    assert "ships with CIFAR Lab" in capsys.readouterr().err
    assert main([*runs, "runs", "tensorboard", shipped.id, "--logdir", str(tmp_path / "logs")]) == 0
    assert sorted(shipped.paths.folder.iterdir()) == before
    scalars = read_events(tmp_path / "logs" / shipped.id)
    assert shipped.record is not None
    assert shipped.record.results is not None
    assert scalars["test/accuracy"][0][1] == pytest.approx(shipped.record.results.test_accuracy)


def test_a_run_without_epochs_and_a_machine_without_tensorboard_are_answered_with_a_sentence(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = open_dataset("drawn:40", settings)
    write_run(settings.runs_dir, "queued", dataset, status="queued", epochs=0)
    write_run(settings.runs_dir, "a-run", dataset)
    store = RunStore.from_settings(settings)
    with pytest.raises(InterchangeError, match="no epochs"):
        export_events(store.get("queued"), tmp_path / "logs")
    monkeypatch.setitem(sys.modules, "tensorboard.summary.writer.record_writer", None)
    with pytest.raises(InterchangeError, match=r"pip install -r requirements-interchange\.txt"):
        export_events(store.get("a-run"), tmp_path / "logs")


def test_event_files_are_written_without_tensorflow(settings: Settings, tmp_path: Path) -> None:
    dataset = open_dataset("drawn:40", settings)
    write_run(settings.runs_dir, "a-run", dataset)
    program = (
        "import sys; from cifar_core.commands.main import main; "
        f"main(['--runs', {str(settings.runs_dir)!r}, 'runs', 'tensorboard']); "
        "sys.exit('tensorflow' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, check=True, timeout=60)
