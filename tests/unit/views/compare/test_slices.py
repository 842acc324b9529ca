"""What is said of the slices on which a run is worst."""

from cifar_core.picture_sets.slices import Slice
from cifar_core.views.compare.slices import slice_columns, slices_sentence

DARK_CATS = Slice("class(cat) and brightness(..60.5)", 100, 50, 900, 810, 0.0004)
BIRDS = Slice("class(bird)", 200, 170, 800, 690, 0.2)


def test_the_table() -> None:
    columns = slice_columns([DARK_CATS, BIRDS], {})
    assert columns["Slice"] == ["of cat with brightness up to 60.5", "of bird"]
    assert columns["Accuracy"] == [50.0, 85.0]
    assert columns["All others"] == [90.0, 86.25]
    assert columns["n"] == [100, 200]
    # 95% for both at once: 97.5% each, Wilson's with z = 2.2414.
    assert columns["95% interval, all at once"] == ["39.1 – 60.9%", "78.5 – 89.8%"]
    assert slice_columns([DARK_CATS], {})["95% interval, all at once"] == ["40.4 – 59.6%"]
    assert columns["p (Holm)"] == ["< 0.001", "0.200"]


def test_the_sentence() -> None:
    assert slices_sentence([DARK_CATS, BIRDS], "resnet20") == (
        "resnet20 is really worse on 1 of these 2 slices than on all other pictures; the worst has 50.0% where the "
        "others have 90.0%."
    )
    assert "what is listed may be chance" in slices_sentence([BIRDS], "resnet20")
    assert slices_sentence([], "resnet20").startswith("No slice of 40 test pictures or more stands out")
