"""``python -m cifar_core robustness`` with a stand-in for the network."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.settings import Settings
from tests.fake_runs import write_run


class Network:
    """Says the first class of every picture; for a second run, the last one of dark pictures."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        dark = images.mean(axis=(1, 2, 3)) < 100
        said = np.where(dark & (model_path.parent.name == "run-b"), 9, 0)
        return np.eye(10, dtype=np.float32)[said]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    dataset = open_dataset(None, Settings.from_environment())
    for run_id in ("run-a", "run-b"):
        write_run(tmp_path / "runs", run_id, dataset).model.write_bytes(b"weights")
    monkeypatch.setattr("cifar_core.commands.robustness.InferenceService", Network)
    return lambda *words: main(["robustness", *words])


def test_prints_counts_and_errors(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert command("run-a", "run-b", "-n", "10", "--baseline", "run-a", "--json") == 0
    first, second = json.loads(capsys.readouterr().out)
    # Who says the same of every picture loses nothing by any change.
    assert first["mean_error"] == pytest.approx(1 - first["clean"] / 10)
    assert set(map(tuple, first["right"].values())) == {(first["clean"],) * 5}
    assert first["relative_error"] == pytest.approx(1)
    assert second["baseline"] == "run-a"
    assert command("run-a", "-n", "10") == 0
    told = capsys.readouterr()
    assert "Accuracy on 10 test pictures of" in told.out
    assert "mean corruption error" in told.out
    assert told.err == ""  # what was counted is not counted again


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody",), "no run"),
        (("run-a", "-n", "0"), "1 picture or more"),
        (("run-a", "--baseline", "run-b"), "not among the runs"),
    ],
)
def test_what_is_not_possible_is_said(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], words: Any, said: str
) -> None:
    assert command(*words) == 2
    assert said in capsys.readouterr().err
