"""``data status``, ``data download`` and ``data prepare``."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from cifar_core.commands.data import add_data_commands
from cifar_core.errors import DataError
from cifar_core.settings import Settings


def run(settings: Settings, *words: str) -> int:
    parser = argparse.ArgumentParser()
    add_data_commands(parser.add_subparsers())
    args = parser.parse_args(["data", *words])
    status: int = args.run(args, settings)
    return status


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(None, tmp_path / "r", tmp_path / "t", tmp_path / "cache", tmp_path / "keras")


@pytest.fixture
def batches(tmp_path: Path) -> Path:
    folder = tmp_path / "batches"
    folder.mkdir()
    row = bytes([3]) + np.arange(3072).astype(np.uint8).tobytes()
    for name in [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]:
        (folder / name).write_bytes(row * 2)
    return folder


def test_status_as_json(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "status", "--json") == 0
    choices = json.loads(capsys.readouterr().out)
    assert [(choice["key"], choice["available"]) for choice in choices] == [
        ("drawn", True),
        ("cifar10", False),
        ("cifar100", False),
        ("cifar100-coarse", False),
    ]


def test_status_for_people(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "status") == 0
    assert "✓ drawn" in capsys.readouterr().out


def test_prepare_says_what_was_found(
    settings: Settings, batches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, "prepare", str(batches), "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["key"], facts["train"], facts["test"]) == (str(batches), 10, 2)
    assert facts["verified"] is False
    assert run(settings, "prepare", str(batches)) == 0
    assert "10 training and 2 test pictures, 10 classes" in capsys.readouterr().out


def test_problems_are_sentences(settings: Settings) -> None:
    with pytest.raises(DataError, match="There is no data set at"):
        run(settings, "prepare", "/no/such/place")
    with pytest.raises(DataError, match="cannot be reached"):
        run(settings, "download", "cifar100", "--url", "http://127.0.0.1:1/x")
