"""``python -m cifar_core explain beside`` around the network: what is asked, written and refused."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from cifar_core.commands import explain_beside
from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.data.picture.decode import decode_image
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.overlay import draw_overlay, to_png
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.settings import Settings
from tests.fake_runs import write_run

PICTURE = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)


def evidence(index: int) -> Heatmap:
    """Of class 0 most, of class 2 a quarter as much, against all others."""
    strength = {0: 8.0, 2: 2.0}.get(index, -1.0)
    cells = np.array([[1, 0], [0, 0.5]], np.float32) * np.float32(strength) - np.float32(strength < 0)
    return Heatmap.from_evidence(cells, layer="conv", class_index=index, method="gradcam")


class Network:
    """Says class 0 with 60%, and remembers what it was asked."""

    asked: list[Question]

    def __enter__(self) -> Self:
        Network.asked = []
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        self.asked.append(question)
        logits = np.full(10, np.log(0.4 / 9), np.float32)
        logits[0] = np.log(0.6)
        classes = question.class_index if isinstance(question.class_index, tuple) else (0,)
        assert len(classes) == len(question.pictures)
        return tuple(Explanation(logits, index, evidence(index), ()) for index in classes)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(explain_beside, "InferenceService", Network)
    dataset = open_dataset(None, Settings.from_environment())
    for run in ("run-a", "run-b"):
        write_run(tmp_path / "runs", run, dataset).model.write_bytes(b"weights")
    (tmp_path / "<b>.png").write_bytes(to_png(PICTURE))
    return lambda *words: main(["explain", "beside", *words])


def pictures(html: str) -> list[np.ndarray]:
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return [decode_image(base64.b64decode(one)).rgb for one in found]


def test_a_row_for_each_picture_and_model_and_a_map_for_each_class(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.html"
    image = str(tmp_path / "<b>.png")
    classes = ("--class", "airplane", "--class", "bird", "--class", "cat")
    assert command(image, "test:3", "--run", "run-a", "--run", "run-b", *classes, "-o", str(out)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"Written to {out}: 12 heat maps."
    dataset = open_dataset(None, Settings.from_environment())
    assert [question.class_index for question in Network.asked] == [(0, 2, 3)] * 4
    for question, pixels in zip(Network.asked, [PICTURE] * 2 + [dataset.test.images[3]] * 2, strict=True):
        assert (question.pictures == pixels).all()
    html = out.read_text(encoding="utf-8")
    assert re.findall("<h2>([^<]*)</h2>", html) == [
        "&lt;b&gt;.png · run-a",
        "&lt;b&gt;.png · run-b",
        "test picture 3 · run-a",
        "test picture 3 · run-b",
    ]
    drawn = pictures(html)
    assert len(drawn) == 4 * 4
    assert (drawn[0][::20, ::20] == PICTURE).all()
    # One scale for the classes of a row: the bird has a quarter of what the airplane has.
    assert (drawn[1] == draw_overlay(PICTURE, evidence(0))).all()
    assert (drawn[2] == draw_overlay(PICTURE, evidence(2).on_scale(8))).all()
    assert (drawn[3] == draw_overlay(PICTURE, evidence(3))).all()
    for said in (
        "One scale for all: 100% is 8.",
        "<strong>airplane (60%)</strong>",
        "<strong>Why bird (4%)</strong>2×2, at conv. Strongest: 25%.",
        "<strong>Why cat (4%)</strong>No positive evidence: nothing speaks for it.",
        f"<strong>airplane (60%): it is {dataset.class_names[dataset.test.labels[3]]}</strong>",
    ):
        assert said in html


def test_scales_of_their_own_and_what_each_model_says(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, image = tmp_path / "out.html", str(tmp_path / "<b>.png")
    assert (
        command(image, "--run", "run-a", "--class", "bird", "--class", "0", "--own-scales", "-o", str(out))
        == 0
    )
    drawn = pictures(out.read_text(encoding="utf-8"))
    assert (drawn[1] == draw_overlay(PICTURE, evidence(2))).all()
    capsys.readouterr()
    assert command(image, "--run", "run-a", "-o", str(out), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    (row,) = document["rows"]
    assert (row["run"], row["predicted"], row["true_class"]) == ("run-a", "airplane", None)
    assert row["probability"] == pytest.approx(0.6)
    assert [(one["class"], one["maximum"]) for one in row["maps"]] == [("airplane", 8.0)]
    assert Network.asked[-1].class_index is None


def test_what_cannot_be_is_a_sentence(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image, out, broken = (str(tmp_path / name) for name in ("<b>.png", "out.html", "broken.png"))
    Path(broken).write_bytes(b"no picture")
    for words, said in (
        ((image, "--run", "run-a", "-o", "out.png"), "is not FILE.html"),
        ((image, "--run", "nobody", "-o", out), "nobody"),
        ((image, "--run", "run-a", "--class", "unicorn", "-o", out), "no class “unicorn”"),
        (("test:999", "--run", "run-a", "-o", out), "no picture 999"),
        (("gone.png", "--run", "run-a", "-o", out), "cannot be read"),
        ((image, broken, "--run", "run-a", "-o", out), f"{broken}: The file is not a picture"),
        ((image, "--run", "run-a", "-o", str(tmp_path / "none" / "out.html")), "cannot be written"),
    ):
        assert command(*words) in (1, 2)
        assert said in capsys.readouterr().err
