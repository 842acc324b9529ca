"""``data status``, ``data download`` and ``data prepare``."""

import argparse
import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cifar_core.commands.data import add_data_commands
from cifar_core.commands.main import main
from cifar_core.errors import BrokenPicturesError, DataError
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
    assert "10 training and 2 test pictures, 1 class (" in capsys.readouterr().out


def test_problems_are_sentences(settings: Settings) -> None:
    with pytest.raises(DataError, match="There is no data set at"):
        run(settings, "prepare", "/no/such/place")
    with pytest.raises(DataError, match="cannot be reached"):
        run(settings, "download", "cifar100", "--url", "http://127.0.0.1:1/x")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for split in ("train", "test"):
        for name, colour in (("cat", "red"), ("dog", "blue")):
            folder = tmp_path / "pictures" / split / name
            folder.mkdir(parents=True)
            Image.new("RGB", (40, 30), colour).save(folder / "1.png")
    (tmp_path / "pictures" / "train" / "cat" / "boxes.xml").write_text("x")
    return tmp_path / "pictures"


def test_what_is_left_out_is_said_before_and_after_reading(
    settings: Settings, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = dataclasses.replace(settings, data=str(pictures))
    expected = [{"kind": ".xml", "count": 1, "files": ["train/cat/boxes.xml"]}]
    run(chosen, "status", "--json")
    before = json.loads(capsys.readouterr().out)[0]
    assert (before["left_out"], "train_count" in before) == (expected, False)
    run(chosen, "status")
    assert "1 file left out: 1 .xml." in capsys.readouterr().out
    run(chosen, "prepare", str(pictures))
    said = capsys.readouterr().out
    assert "1 file left out: 1 .xml.\n    .xml: train/cat/boxes.xml" in said
    run(chosen, "status", "--json")
    after = json.loads(capsys.readouterr().out)[0]
    assert (after["left_out"], after["train_count"], after["test_count"]) == (expected, 2, 2)


def test_broken_files_are_all_printed_and_may_be_left_out(
    settings: Settings, pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))
    for number in range(5):
        (pictures / "train" / "dog" / f"b{number}.jpg").write_bytes(b"")
    assert main(["data", "prepare", str(pictures)]) == 1
    said = capsys.readouterr().err
    assert "5 of 9 files cannot be read as pictures" in said
    assert [line.strip() for line in said.splitlines()[1:]] == [
        f"train/dog/b{number}.jpg: The file is empty." for number in range(5)
    ]
    # Whoever asks later has them all, without reading a picture again.
    chosen = dataclasses.replace(settings, data=str(pictures))
    run(chosen, "status", "--json")
    known = json.loads(capsys.readouterr().out)[0]
    assert known["problem"].startswith("5 of 9 files cannot be read as pictures")
    assert known["broken"] == [
        {"file": f"train/dog/b{number}.jpg", "reason": "The file is empty."} for number in range(5)
    ]
    run(chosen, "status")
    said = capsys.readouterr().out
    assert said.startswith("! ")  # it does not open as it is
    assert "\n✓ drawn" in said
    assert "5 of 9 files cannot be read as pictures" in said
    assert main(["data", "prepare", f"{pictures}#skip-broken"]) == 0
    said = capsys.readouterr().out
    assert "6 files left out: 5 not readable as a picture, 1 .xml." in said
    assert "b4.jpg" in said
    for number in range(5):
        (pictures / "train" / "dog" / f"b{number}.jpg").unlink()
    run(chosen, "status", "--json")
    known = json.loads(capsys.readouterr().out)[0]
    assert (known["problem"], known["broken"]) == (None, [])


def test_files_that_cannot_be_read_are_counted_in_plain_english() -> None:
    def said(files: int, *names: str) -> str:
        return str(BrokenPicturesError(files, dict.fromkeys(names, "Empty."), "pets#skip-broken"))

    assert said(9, "a.jpg") == (
        "1 of 9 files cannot be read as a picture: a.jpg. Replace or delete it, or open the data set without it: "
        "pets#skip-broken"
    )
    assert said(1, "a.jpg") == (
        "The only file cannot be read as a picture: a.jpg. Put pictures in its place, or choose another folder."
    )
    assert said(4, "a", "b", "c", "d") == (
        "None of the 4 files can be read as a picture: a, b, c and 1 more. Put pictures in their place, or choose "
        "another folder."
    )


def test_a_folder_that_cannot_be_used_hides_no_other(
    settings: Settings, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(pictures / "train" / "dog")
    assert run(dataclasses.replace(settings, data=str(pictures)), "status") == 0
    said = capsys.readouterr().out
    assert said.startswith("! ")
    assert "none to learn from, of “dog”" in said
    assert "✓ drawn" in said
