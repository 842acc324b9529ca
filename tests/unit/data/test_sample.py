"""The drawn sample as a data set: drawn anew when the code that draws it has changed."""

import shutil
from pathlib import Path

import pytest

from cifar_core import drawn
from cifar_core.data import sample


def test_the_state_of_the_drawing_follows_the_code_that_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = sample.drawing_state()
    copy = shutil.copytree(Path(drawn.__file__).parent, tmp_path / "drawn")
    monkeypatch.setattr(sample, "_DRAWING_CODE", copy)
    assert sample.drawing_state() == now, "it looks at the code that draws"
    with (copy / "scene.py").open("a") as file:
        file.write("# another sky")
    assert sample.drawing_state() != now
