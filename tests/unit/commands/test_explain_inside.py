"""``python -m cifar_core explain inside`` with a stand-in for the network."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.explain.geometry import pixel_place
from cifar_core.explain.inside.seen import InsideLayer, InsideRequest, Peaks, PeaksRequest, Seen
from cifar_core.settings import Settings
from tests.fake_runs import write_run

LAYERS = (
    InsideLayer("conv", "convolution: 3 filters of 3×3", 30, 30, 3),
    InsideLayer("head", "dense", 1, 1, 10),
)


class Network:
    """Is excited by each of the three colours."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def look_inside(self, request: InsideRequest) -> Seen:
        return Seen(LAYERS)

    def peaks(self, request: PeaksRequest) -> Peaks:
        means = request.pictures.mean(axis=(1, 2)).astype(np.float32)
        return Peaks(means, np.full(means.shape, 33), pixel_place(np.ones((32, 32), bool)))


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    dataset = open_dataset(None, Settings.from_environment())
    write_run(tmp_path / "runs", "run-a", dataset).model.write_bytes(b"weights")
    monkeypatch.setattr("cifar_core.commands.explain_inside.InferenceService", Network)
    return lambda *words: main(["explain", "inside", *words])


def test_prints_layers_channels_and_pictures(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("run-a") == 0
    assert capsys.readouterr().out.splitlines()[1].split() == [
        "conv",
        "30×30",
        "3",
        "convolution:",
        "3",
        "filters",
        "of",
        "3×3",
    ]
    assert command("run-a", "--json") == 0
    assert [layer["channels"] for layer in json.loads(capsys.readouterr().out)] == [3, 10]
    test = open_dataset(None, Settings.from_environment()).test
    light = test.images.mean(axis=(1, 2)).astype(np.float32)
    assert command("run-a", "--layer", "conv", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["picture"] for row in found["best"]] == [f"test:{number}" for number in light.argmax(axis=0)]
    assert {(*row["rows"], *row["columns"]) for row in found["best"]} == {(1, 1, 1, 1)}
    assert command("run-a", "--layer", "conv", "--channel", "1", "--set", "split(test)") == 0
    first = capsys.readouterr().out.splitlines()[2].split()
    assert first[:2] == ["1", f"test:{light[:, 1].argmax()}"]
    assert float(first[3]) == pytest.approx(light[:, 1].max(), abs=1e-3)
    assert first[4:] == ["1–1", "1–1"]


def test_what_is_not_possible_is_said(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    for words, said in (
        (("--channel", "1"), "name that with --layer"),
        (("--layer", "conv", "--set", "nothing()"), "nothing"),
        (("--layer", "conv", "-n", "0"), "1 to 2,000"),
    ):
        assert command("run-a", *words) == 2
        assert said in capsys.readouterr().err
