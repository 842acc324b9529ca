"""``explain background`` around the network."""

import json
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.commands import explain_background
from cifar_core.commands.main import main
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.settings import Settings


class FakeService:
    """Says the class by the upper left pixel, and marks the right half."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        pass

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.eye(10, dtype=np.float32)[images[:, 0, 0, 0] % 10]

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        heatmap = Heatmap(np.array([[0, 1], [0, 1]], np.float32), 1.0, "conv", 0, question.method)
        logits = self.predict(question.model, question.pictures)
        return tuple(Explanation(one, int(one.argmax()), heatmap, ()) for one in logits)


@pytest.fixture
def before(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))
    monkeypatch.setattr(explain_background, "InferenceService", FakeService)
    (tmp_path / "model.keras").touch()
    return ["--data", "drawn:80", "--runs", str(settings.runs_dir), "explain", "background", str(tmp_path)]


def test_sentences(before: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*before, "-n", "12"]) == 0
    said = capsys.readouterr()
    first, middle, *_, last = said.out.splitlines()
    assert (
        first == f"Grad-CAM of {tmp_path} at conv, 2×2 cells, on 12 pictures of split(test) (drawn from 20)"
    )
    assert "Spread evenly over the picture it would be 25%." in middle
    assert last.startswith("A map of 2×2 cells can't tell an animal from what is right beside it: heat in")
    assert "Looking where it looks: 0%" in said.err


def test_json_is_one_document(before: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*before, "--set", "split(train)", "--method", "hirescam", "-n", "8", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["method"], document["pictures"], document["of"]) == ("hirescam", 8, 80)
    assert np.array(document["mean_map"]).shape == (32, 32)
    assert np.mean(document["mean_map"]) == pytest.approx(1, abs=1e-3)
    assert set(document["changed"]) == {"background", "random", "marked"}
    changed = document["changed"]["marked"]
    assert changed["interval"]["low"] <= changed["share"] <= changed["interval"]["high"]
    assert document["even"] == pytest.approx(0.25)


def test_a_set_that_cannot_be_understood_is_a_sentence(
    before: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*before, "--set", "nonsense(3)"]) == 2
    assert "cannot be understood" in capsys.readouterr().err
