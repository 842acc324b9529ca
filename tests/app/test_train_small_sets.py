"""On a set that no network can be trained on Start says why; on a difficult one the page says what to expect."""

from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cifar_core.commands.main import main
from tests.open_page import open_page


def folder_of(root: Path, **counts: int) -> Path:
    """Write so many training pictures of each class, and one to test with."""
    for name, count in counts.items():
        for split, number in (("train", count), ("test", 1)):
            (root / split / name).mkdir(parents=True)
            for index in range(number):
                Image.new("RGB", (32, 32), (index, 0, 0)).save(root / split / name / f"{index}.png")
    return root


def train_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CIFAR_LAB_DATA", str(folder))
    app = open_page("train")
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"ant": 1, "bee": 1}, "one training picture of each class, so none can be held out"),
        ({"ant": 9}, "are of one class, ant: there is nothing to tell apart"),
    ],
)
@pytest.mark.parametrize("how_many", ["one", "seeds", "sweep"])
def test_start_is_closed_with_the_reason(
    counts: dict[str, int], said: str, how_many: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = train_page(folder_of(tmp_path / "insects", **counts), monkeypatch)
    app.segmented_control(key="how_many").set_value(how_many).run()
    assert [error.value for error in app.error if said in error.value]
    assert app.button(key="start").disabled


@pytest.mark.parametrize(
    "words", ["train", "train --queue", "train --seeds 2", "sweep start --search learning_rate=1e-4..1e-2"]
)
def test_the_command_line_refuses_with_the_same_sentence(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path / "insects", ant=1, bee=1)
    assert main([*words.split(), "--model", "cnn-2conv", "--data", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "insects has one training picture of each class, so none can be held out to validate with." in said
    assert not (tmp_path / "runs").exists()


def test_a_difficult_set_is_described_and_may_be_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = train_page(folder_of(tmp_path / "insects", ant=40, bee=1), monkeypatch)
    captions = " ".join(caption.value for caption in app.caption)
    assert "Validation says nothing of bee" in captions
    assert "Class imbalance: ant has 40 training pictures, bee 1." in captions
    assert not app.button(key="start").disabled
