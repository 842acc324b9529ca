"""The drawn sample as a data set: drawn anew when the code that draws it has changed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cifar_core import drawn
from cifar_core.data import sample
from cifar_core.data.dataset import names_drawn_sample
from cifar_core.runs.record import DataProvenance


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


@pytest.mark.parametrize(
    ("key", "drawn_here"),
    [
        ("drawn", True),
        ("drawn:10000", True),
        ("cifar10", False),
        ("drawn-by-children", False),
        ("/home/ada/drawn", False),
    ],
)
def test_which_keys_name_the_sample(key: str, drawn_here: bool) -> None:
    assert names_drawn_sample(key) == drawn_here


def test_the_sample_knows_what_it_is() -> None:
    dataset = sample.draw_sample("drawn:40")
    assert dataset.is_drawn
    assert DataProvenance.of(dataset, training=30, validation=10).is_drawn
    assert not replace(dataset, key="cifar10").is_drawn
