"""docs/models.md says what the run folders say."""

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from cifar_core.models.registry import MODELS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def make_models() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_models", ROOT / "docs" / "make_models.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(page: str, model: str) -> list[list[str]]:
    lines = [line for line in page.splitlines() if line.startswith(f"| `{model}` |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_is_the_one_that_the_shipped_runs_give(make_models: ModuleType) -> None:
    text = (ROOT / "docs" / "models.md").read_text()
    assert text == make_models.models_page(ROOT / "trained"), "write it anew: make models"
    assert all(rows(text, name) for name in MODELS)


def test_a_row_gives_accuracy_interval_and_what_was_shortened(
    make_models: ModuleType, tmp_path: Path
) -> None:
    source = next(
        folder
        for folder in sorted((ROOT / "trained").iterdir())
        if "cnn-2conv" in folder.name and '"cifar10"' in (folder / "run.json").read_text()
    )
    shutil.copytree(source, tmp_path / source.name)
    record = json.loads((source / "run.json").read_text())
    record["results"] |= {"test_accuracy": 0.7, "test_accuracy_six_views": 0.715, "training_seconds": 61.0}
    record["config"] |= {"epochs": 4, "learning_rate": 0.002}
    (tmp_path / source.name / "run.json").write_text(json.dumps(record))
    page = make_models.models_page(tmp_path)
    row = rows(page, "cnn-2conv")[0]
    assert row[2] == "**70.0%** (69.1–70.9)"
    assert row[3] == "71.5%"
    assert row[4] == "as published, **shortened: 4 of 10 epochs**, other learning rate"
    assert row[7] == "1 min 1 s"
    assert rows(page, "resnet18")[0][2] == "not trained yet"


def test_several_seeds_are_one_row_with_their_mean(make_models: ModuleType, tmp_path: Path) -> None:
    found = []
    for folder in sorted((ROOT / "trained").iterdir()):
        record = json.loads((folder / "run.json").read_text())
        if record.get("group") and record["config"]["model"] == "cnn-2conv":
            found.append((folder.name, record))
    assert len(found) == 3
    for (name, record), accuracy, seconds in zip(
        found, (0.70, 0.72, 0.74), (60.0, 61.0, 3600.0), strict=True
    ):
        record["results"] |= {"test_accuracy": accuracy, "test_accuracy_six_views": accuracy + 0.01}
        record["results"]["training_seconds"] = seconds
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps(record))
    page = make_models.models_page(tmp_path).partition("## The recipes")[0]
    (row,) = rows(page, "cnn-2conv")
    assert row[2] == "**72.0%** (67.0–77.0, 3 seeds)"  # 4.303 · 2 / √3 = 4.97
    assert (row[3], row[7], row[10]) == ("73.0%", "1 min 1 s", "train again")
