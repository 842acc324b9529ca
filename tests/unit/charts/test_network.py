"""The drawing of a network: what stands where, and that it stands on the chart."""

import plotly.graph_objects as go
import pytest

from cifar_core.charts.network import COLOURS, architecture_figure
from cifar_core.models.blocks import KINDS, STAGE
from cifar_core.models.registry import MODELS
from cifar_core.views.train.network import build_architecture
from tests.unit.charts.test_palette import THEME, contrast


def drawn(model_id: str, classes: int = 10) -> go.Figure:
    view = build_architecture(model_id, classes)
    return architecture_figure(view.diagram, hover=view.hover, skip_hover=view.skip_hover)


def texts(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def circles(figure: go.Figure) -> list[float]:
    return [shape.xanchor for shape in figure.layout.shapes if shape.type == "circle"]


def test_a_small_network_shows_its_table() -> None:
    figure = drawn("cnn-2conv")
    for cell in ("conv 3×3", "ReLU", "30×30×32", "896", "18.5 k", "148 k", "10×10", "parameters", "sees"):
        assert cell in texts(figure), cell
    assert not circles(figure)
    assert "100" in texts(drawn("cnn-2conv", classes=100))


def test_equal_neighbours_share_a_cell() -> None:
    cells = texts(drawn("resnet18"))
    assert cells.count("norm, ReLU") == 1
    assert [cells.count(size) for size in ("32×32×64", "16×16×128", "8×8×256", "4×4×512")] == [1, 1, 1, 1]
    # Parameters are never shared: each block has its own.
    assert cells.count("591 k") == 3


def test_each_shortcut_ends_in_a_plus_behind_its_block() -> None:
    assert [int(x) for x in circles(drawn("resnet18"))] == [3, 5, 7, 9, 11, 13, 15]
    assert "<b>2 ×</b>" in texts(drawn("resnet18"))
    assert "conv 1×1: 2.11 k" in texts(drawn("resnet-student"))
    # Where one has no room for figures, none has any.
    assert texts(drawn("resnet18")).count("conv 1×1") == 3
    assert not any(text.startswith("conv 1×1:") for text in texts(drawn("resnet18")))


def test_lines_of_shortcuts_do_not_run_into_one_another() -> None:
    """The one from the picture passes above those of all stages."""
    notes = [note for note in drawn("resnet-dense").layout.annotations if note.text.startswith("conv 1×1")]
    heights = {note.y for note in notes if note.x > 8}
    assert len(notes) == 5
    assert max(note.y for note in notes) > max(heights - {max(note.y for note in notes)}) + 19


def test_the_pointer_finds_every_block_and_shortcut() -> None:
    view = build_architecture("resnet18", 10)
    marks = drawn("resnet18").data[0]
    assert len(marks.x) == len(marks.text) == len(view.hover) + len(view.skip_hover)
    assert marks.text[1].split("<br>")[1] == "stem_norm: BatchNormalization · 32×32×64 · 256 parameters"
    assert list(marks.x[:3]) == [0.5, 1.5, 2.5]


@pytest.mark.parametrize("model_id", MODELS)
def test_all_of_every_network_lies_on_its_chart(model_id: str) -> None:
    figure = drawn(model_id)
    left, right = figure.layout.xaxis.range
    bottom, top = figure.layout.yaxis.range
    for note in figure.layout.annotations:
        assert left <= note.x <= right
        assert bottom < note.y < top
    blocks = len(build_architecture(model_id, 10).diagram.blocks)
    assert left < 0 < blocks <= right + 1e-9
    assert figure.layout.height == round(top - bottom)  # a pixel is a pixel
    assert figure.layout.height <= 480  # the dialog fits a projector without scrolling


def test_every_kind_of_block_has_a_colour_that_both_pages_show() -> None:
    assert set(COLOURS) == {*KINDS.values(), STAGE} - {"picture"}
    for colour in COLOURS.values():
        for page in ("light", "dark"):
            assert contrast(colour, THEME[page]["backgroundColor"]) > 2.5
