"""``python -m cifar_core explain`` around the network: what it finds, prints, writes and refuses."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from cifar_core.commands import explain as cli
from cifar_core.data.picture.decode import decode_image
from cifar_core.errors import CifarLabError, ExplainError, ImageError
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.layers import CamLayer
from cifar_core.explain.overlay import draw_overlay, to_png
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.settings import Settings
from tests.costs import Cost

PICTURE = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
CAM = Heatmap(np.array([[0.0, 1.0], [0.5, 0.25]], np.float32), 3.0, "conv", 1, "gradcam")
LAYERS = (CamLayer("conv", "Conv2D", 2, 2, 8),)


class FakeService:
    """Answers without a network."""

    answer = Explanation(np.log(np.array([0.25, 0.7, 0.05], np.float32)), 1, CAM, LAYERS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        pass

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        assert question.model.name == "model.keras"
        assert np.array_equal(question.pictures, PICTURE[None])
        assert question.method == "gradcam"
        if question.attack is not None:
            return (replace(self.answer, attacked=PICTURE ^ np.uint8(question.attack.epsilon)),)
        return (self.answer,)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cli, "InferenceService", FakeService)
    (tmp_path / "model.keras").touch()
    (tmp_path / "cat.png").write_bytes(to_png(PICTURE))
    return tmp_path


def run(folder: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    cli.add_explain_command(parser.add_subparsers(required=True))
    args = parser.parse_args(["explain", *arguments])
    return args.run(args, Settings.from_environment(runs_dir=folder / "runs"))


def test_overlay_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "overlay.png"
    assert run(folder, str(folder), str(folder / "cat.png"), "--out", str(out), "--opacity", "0.3") == 0
    assert np.array_equal(decode_image(out.read_bytes()).rgb, draw_overlay(PICTURE, CAM, opacity=0.3))
    assert capsys.readouterr().out.splitlines() == [
        "  70.0%  class 1",
        "  25.0%  class 0",
        "   5.0%  class 2",
        "Grad-CAM for “class 1” at conv, 2×2.",
        f"Written to {out}.",
    ]


def test_hard_pixels_can_be_asked_for(folder: Path) -> None:
    out = folder / "overlay.png"
    assert run(folder, str(folder), str(folder / "cat.png"), "--out", str(out), "--hard-pixels") == 0
    hard = draw_overlay(PICTURE, CAM, smooth=False)
    assert np.array_equal(decode_image(out.read_bytes()).rgb, hard)
    assert not np.array_equal(hard, draw_overlay(PICTURE, CAM))


def test_json_is_one_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, str(folder / "model.keras"), str(folder / "cat.png"), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["predicted"] == "class 1"
    assert [entry["index"] for entry in document["top"]] == [1, 0, 2]
    assert document["heatmap"] == [[0.0, 1.0], [0.5, 0.25]]
    assert document["positive_evidence"] is True
    assert document["method"] == "gradcam"
    assert document["out"] is None
    assert (document["attack"], document["epsilon"]) == (None, None)


def test_an_attack_is_explained_over_the_picture_that_it_made(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, asked = folder / "overlay.png", (str(folder), str(folder / "cat.png"))
    assert run(folder, *asked, "--attack", "pgd", "--epsilon", "1", "--out", str(out), "--json") == 0
    assert np.array_equal(decode_image(out.read_bytes()).rgb, draw_overlay(PICTURE ^ np.uint8(1), CAM))
    document = json.loads(capsys.readouterr().out)
    assert (document["attack"], document["epsilon"]) == ("pgd", 1)
    for refused in (("--epsilon", "-1"), ("--epsilon", "256"), ("--epsilon", "0.5"), ("--attack", "noise")):
        with pytest.raises(SystemExit):
            run(folder, *asked, *refused)


def test_no_positive_evidence_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = Heatmap(np.zeros((2, 2), np.float32), -1.0, "conv", 1, "gradcam")
    monkeypatch.setattr(FakeService, "answer", Explanation(FakeService.answer.logits, 1, empty, LAYERS))
    assert run(folder, str(folder), str(folder / "cat.png")) == 0
    assert "No positive evidence" in capsys.readouterr().out


def test_a_network_without_a_map_answers_but_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Explanation(FakeService.answer.logits, 1, None, (), no_heatmap_reason="It has no convolution.")
    monkeypatch.setattr(FakeService, "answer", answer)
    assert run(folder, str(folder), str(folder / "cat.png")) == 0
    with pytest.raises(ExplainError, match="no convolution"):
        run(folder, str(folder), str(folder / "cat.png"), "--out", str(folder / "out.png"))
    assert "70.0%" in capsys.readouterr().out
    assert not (folder / "out.png").exists()


def test_what_is_not_there_is_a_sentence(folder: Path) -> None:
    with pytest.raises(CifarLabError, match="no run “nothing-here”"):
        run(folder, "nothing-here", str(folder / "cat.png"))
    with pytest.raises(ImageError, match="cannot be read"):
        run(folder, str(folder), str(folder / "dog.png"))
    with pytest.raises(ExplainError, match="no class “cat”"):
        run(folder, str(folder), str(folder / "cat.png"), "--class", "cat")
    (folder / "model.keras").unlink()
    with pytest.raises(ExplainError, match=r"no model\.keras"):
        run(folder, str(folder), str(folder / "cat.png"))


@pytest.mark.posix
def test_a_device_without_an_end_is_a_sentence(folder: Path) -> None:
    with Cost() as cost, pytest.raises(ImageError, match=r"80 MB"):
        run(folder, str(folder), "/dev/zero")
    assert cost.megabytes < 200


@pytest.mark.parametrize("option", [("--opacity", "1.5"), ("--method", "tarot")])
def test_what_an_option_does_not_allow_is_a_usage_error(folder: Path, option: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(folder, str(folder), str(folder / "cat.png"), *option)
    assert stopped.value.code == 2
