"""A real sweep: driver, Optuna, supervisor and Keras, on a few drawn pictures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT


def command(settings_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(settings_dir),
        "KERAS_HOME": str(settings_dir / "keras"),
        "CIFAR_LAB_RUNS": str(settings_dir / "runs"),
        "CIFAR_LAB_CACHE": str(settings_dir / "cache"),
        "CIFAR_LAB_DATA": "drawn:200",
        "CUDA_VISIBLE_DEVICES": "",
    }
    return subprocess.run(
        [sys.executable, "-m", "cifar_core", *words],
        cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=280,
    )  # fmt: skip


@pytest.mark.timeout(300)
def test_a_small_grid_is_trained_and_its_best_trial_named(tmp_path: Path) -> None:
    done = command(
        tmp_path, "sweep", "start", "--model", "cnn-2conv", "--epochs", "1", "--method", "grid",
        "--search", "learning_rate=0.001,0.000001", "--wait", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["state"] == "finished"
    assert [trial["values"] for trial in summary["trials"]] == [
        {"learning_rate": 0.001},
        {"learning_rate": 1e-6},
    ]
    runs = RunStore(tmp_path / "runs")
    for trial in summary["trials"]:
        record = runs.get(trial["run_id"]).record
        assert record is not None
        assert record.config.learning_rate == trial["values"]["learning_rate"]
        assert record.results is not None
        assert trial["value"] == record.results.validation_accuracy
        assert record.results.test_accuracy is not None
    assert summary["best"]["number"] == 0
    assert "trial 1: finished" in done.stderr
