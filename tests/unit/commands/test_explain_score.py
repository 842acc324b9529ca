"""``explain score`` around the network, and the way to it past the old form of ``explain``."""

import json
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.commands import explain_score
from cifar_core.commands.explain import run_explain
from cifar_core.commands.main import main, parse
from cifar_core.errors import ExplainError
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.registry import METHODS
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.settings import Settings


class FakeService:
    """Answers by the mean colour of the left half, and finds its evidence there."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        pass

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return images[:, :, :16].mean(axis=(1, 2)).astype(np.float32) / 40

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        if question.method == "cam":
            raise ExplainError("CAM needs another head.")
        evidence = np.array([[2, 0], [1, 0]], np.float32)
        return tuple(
            Explanation(
                logits,
                int(logits.argmax()),
                Heatmap.from_evidence(evidence, layer="conv", class_index=0, method=question.method),
                (),
                randomised=("logits", "conv")[: question.randomised],
            )
            for logits in self.predict(question.model, question.pictures)
        )


@pytest.fixture
def before(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))
    monkeypatch.setattr(explain_score, "InferenceService", FakeService)
    (tmp_path / "model.keras").touch()
    return ["--data", "drawn:80", "--runs", str(settings.runs_dir), "explain", "score"]


def test_a_table_with_three_baselines_and_both_checks(
    before: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*before, str(tmp_path), "-n", "6"]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0] == (
        f"Grad-CAM of {tmp_path} at conv, 2×2 cells, on 6 pictures of split(test) (drawn from 20)"
    )
    assert all(f"better than {name} by" in lines[1] for name in ("random", "blurred random", "centre"))
    assert [line[:9] for line in lines[2:6]] == ["deletion ", "insertion", "ROAD (hig", "fall of t"]
    assert [line[:34] for line in lines[7:10]] == [
        "Sanity check, 1 layer randomised (",
        "Sanity check, 2 layers randomised ",
        "Tiny noise: rank correlation with ",
    ]
    assert "Taking away what the maps mark: 0%" in said.err


def test_json_is_one_document_with_every_method_that_was_asked_for(
    before: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [
        "--method",
        "gradcam",
        "--method",
        "hirescam",
        "--set",
        "split(train)",
        "-n",
        "3",
        "--stages",
        "0",
    ]
    assert main([*before, str(tmp_path), *options, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["set"], document["of"]) == ("split(train)", 80)
    assert [one["method"] for one in document["methods"]] == ["gradcam", "hirescam"]
    one = document["methods"][0]
    assert (one["pictures"], one["cells"], one["sanity"]) == (3, [2, 2], [])
    assert set(one["measures"]["road"]["gains"]) == {"random", "blurred random", "centre"}
    assert one["stability"]["correlation"]["value"] == 1


def test_of_all_methods_those_are_left_out_that_are_none_for_this_network(
    before: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*before, str(tmp_path), "--method", "all", "-n", "1", "--stages", "0", "--json"]) == 0
    said = capsys.readouterr()
    found = [one["method"] for one in json.loads(said.out)["methods"]]
    assert found == [method for method in METHODS if method != "cam"]
    assert "CAM is left out: CAM needs another head." in said.err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["-n", "0"], "1 to 500 pictures, not 0"),
        (["--set", "wrong("], "cannot be understood"),
        (["--stages", "-1"], "--stages is 0 or more"),
        (["--seed", "-1"], "--seed is 0 or more"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    before: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert main([*before, str(tmp_path), *options]) == 2
    assert sentence in capsys.readouterr().err


def test_a_run_and_a_picture_mean_what_they_always_did() -> None:
    old, _ = parse(["explain", "a-run", "score", "--json"])
    assert (old.run, old.model, str(old.image)) == (run_explain, "a-run", "score")
    new, _ = parse(["--data", "drawn", "explain", "score", "a-run"])
    assert (new.run, new.model) == (explain_score.run_score, "a-run")
