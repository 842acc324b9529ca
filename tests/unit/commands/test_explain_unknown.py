"""``python -m cifar_core explain unknown`` with a stand-in for the network."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.evaluation.predictions import Predictions, save_predictions
from cifar_core.settings import Settings
from tests.fake_runs import write_run


class Network:
    """Is the surer, the less neighbouring pixels differ."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        rough = np.abs(np.diff(images.astype(np.float32), axis=1)).mean(axis=(1, 2, 3))
        return -rough[:, None] * np.ones(10, np.float32)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    dataset = open_dataset(None, Settings.from_environment())
    for run_id, validated in (("run-a", 40), ("run-b", 10)):
        paths = write_run(tmp_path / "runs", run_id, dataset)
        paths.model.write_bytes(b"weights")
        said = Predictions(
            np.zeros((validated, 10), np.float32), dataset.train.labels[:validated], np.arange(validated)
        )
        save_predictions(paths.predictions, validation=said, test=None, fingerprint=dataset.fingerprint)
    monkeypatch.setattr("cifar_core.commands.explain_unknown.InferenceService", Network)
    return lambda *words: main(["explain", "unknown", *words])


def test_prints_threshold_and_areas(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert command("run-a", "-n", "8", "--json") == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert found["threshold"] == found["quantiles"][190]
    assert found["foreign"]["noise"] == {
        "pictures": 8, "auroc": 1.0, "low": pytest.approx(8 / (8 + 3.8415), abs=1e-4), "high": 1.0, "called": 8,
    }  # fmt: skip
    assert "Energy of noise" in told.err
    assert command("run-a", "-n", "8") == 0
    told = capsys.readouterr()
    assert "40 validation pictures have a higher one" in told.out
    assert "not measured: CIFAR-100 is not on this machine" in told.out
    (line,) = [line for line in told.out.splitlines() if line.startswith("noise")]
    assert line.split("  ")[-1].strip() == "100% (67.6 – 100.0%)"
    assert told.err == ""  # what was measured is not measured again


def test_what_is_not_possible_is_said(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("run-b", "-n", "8") == 1
    assert "The run “run-b” has 10 validation pictures" in capsys.readouterr().err
    assert command("nobody") == 1
    assert command("run-a", "-n", "1") == 2
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:100")
    assert command("run-a", "-n", "8") == 1
    assert "are not here. Name them with --data" in capsys.readouterr().err
