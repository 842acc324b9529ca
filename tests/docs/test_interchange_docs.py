"""Every line of docs/interchange.md that one could type does what it says, on a tiny run."""

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("tensorboard")
pytest.importorskip("mlflow")
pytest.importorskip("alembic")

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "interchange.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
PYTHON = [block for language, block in BLOCKS if language == "python"]
COMMANDS = [line for language, block in BLOCKS if not language for line in block.splitlines()]

pytestmark = pytest.mark.filterwarnings("ignore")  # MLflow's own, of other libraries


@pytest.fixture
def here(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Go to a folder with ``runs/`` in it, and in that one run called “ID”."""
    import keras

    write_run(settings.runs_dir, "id", open_dataset("drawn:40", settings))
    layers = keras.layers
    network = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(10)])
    network.save(settings.runs_dir / "id" / "model.keras")
    shutil.copyfile(settings.runs_dir / "id" / "model.keras", tmp_path / "mine.keras")
    monkeypatch.setenv("CIFAR_LAB_RUNS", "runs")
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))
    with contextlib.chdir(tmp_path):
        yield tmp_path


def run(command: str) -> str:
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "cifar_core"]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(words[3:]) == 0
    return printed.getvalue()


def test_the_lines_of_python_give_what_is_said(here: Path) -> None:
    import numpy as np

    names: dict[str, Any] = {}
    assert len(PYTHON) == 3
    for block in PYTHON:
        exec(block.replace("runs/ID/", "runs/id/"), names)
    assert list(names["epochs"]["epoch"]) == [1, 2, 3]
    assert names["accuracy"] == 1 - 3 / 10  # every fourth of ten is wrong: 0, 4 and 8
    assert np.shape(names["network"](np.zeros((2, 32, 32, 3)))) == (2, 10)


def test_the_commands_do_what_is_said(here: Path, settings: Settings) -> None:
    known = [command for command in COMMANDS if command.startswith("python")]
    assert [command for command in COMMANDS if command not in known] == ["tensorboard --logdir runs"]
    events, everything, export, take_back, take_model = known
    run(events.replace(" ID", " id"))
    assert len(list(Path("runs/id/tensorboard").iterdir())) == 1
    run(everything)
    assert Path("logs/id").is_dir()
    mlflow_id = run(export.replace(" ID", " id")).strip()
    assert Path("mlflow-artifacts").is_dir()
    Path("runs/id").rename("kept")
    run(take_back.replace("MLFLOW_ID", mlflow_id))
    assert Path("runs/id/run.json").read_bytes() == Path("kept/run.json").read_bytes()
    run(take_model.replace("drawn", "drawn:40"))
    newest = RunStore.from_settings(settings).list()[0].record
    assert newest is not None
    assert newest.imported is not None
    assert newest.imported.source == "mine.keras"
