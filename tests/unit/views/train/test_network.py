"""What is said of a network beside its drawing."""

import pytest

from cifar_core.errors import ConfigError
from cifar_core.models.registry import MODELS
from cifar_core.views.train.network import ArchitectureView, LayerRow, build_architecture
from cifar_core.words.numbers import compact


@pytest.fixture
def small() -> ArchitectureView:
    return build_architecture("cnn-2conv", 10)


def test_the_size_in_a_sentence(small: ArchitectureView) -> None:
    assert small.size_sentence == (
        "**167,562 parameters** with 10 classes · **8.08 M operations** for a picture · "
        "a value of the last map sees **10×10 pixels**"
    )
    assert "every value sees **the whole picture**" in build_architecture("mlp-batchnorm", 10).size_sentence
    assert "last map sees **the whole picture**" in build_architecture("resnet18", 10).size_sentence


@pytest.mark.parametrize("model_id", MODELS)
@pytest.mark.parametrize("classes", [2, 10, 100])
def test_parameters_for_any_number_of_classes(model_id: str, classes: int) -> None:
    view = build_architecture(model_id, classes)
    assert view.diagram.parameters == MODELS[model_id].parameters(classes)
    assert sum(row.parameters for row in view.rows) == MODELS[model_id].parameters(classes)
    assert view.rows[-1].output == str(classes)
    assert view.diagram.blocks[-1].output == (classes,)


def test_every_layer_is_a_row(small: ArchitectureView) -> None:
    assert len(small.rows) == 9
    assert small.rows[4] == LayerRow("conv_2", "Conv2D", 3, 1, "13×13×64", 18_496, 6_230_016, 8, "pool_1")
    assert (small.rows[5].window, small.rows[5].step) == (2, 2)
    assert (small.rows[7].window, small.rows[7].step) == (None, None)
    rows = build_architecture("resnet18", 10).rows
    assert next(row.after for row in rows if row.name == "add_1_1") == "conv_1_1b_norm, stem_relu"
    # Query and value of attention are one layer, named once.
    rows = build_architecture("vit-tiny", 10).rows
    assert next(row.after for row in rows if row.name == "attention_1") == "norm_1a"


def test_the_pointer_shows_all_of_a_block(small: ArchitectureView) -> None:
    assert small.hover[1].split("\n") == [
        "conv_1: Conv2D 3×3 · relu · 30×30×32 · 896 parameters · 1.56 M operations",
        "a value sees 3×3 pixels",
    ]
    residual = build_architecture("resnet18", 10)
    assert residual.hover[2].startswith("2 times, the first of them:\nconv_1_1a: Conv2D 3×3")
    assert residual.hover[2].endswith("\nbehind the last, a value sees 9×9 pixels")
    assert residual.skip_hover[0] == "shortcut (residual connection): added unchanged"
    assert residual.skip_hover[1].split("\n")[1] == (
        "skip_2_1: Conv2D 1×1, stride 2 · 16×16×128 · 8,192 parameters · 4.19 M operations"
    )
    stage = build_architecture("efficientnetv2-b0", 10).hover[6]
    assert "layers, " in stage
    assert stage.count("\n") == 2


def test_the_drawing_in_words(small: ArchitectureView) -> None:
    assert small.description == (
        "cnn-2conv from left to right: picture to 32×32×3, conv 3×3 to 30×30×32, pool 2×2 to 15×15×32, "
        "conv 3×3 to 13×13×64, pool 2×2 to 6×6×64, dense to 64, dense to 10."
    )
    assert "6 times attention to 64×192" in build_architecture("vit-tiny", 10).description


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0"),
        (896, "896"),
        (1000, "1.00 k"),
        (18_496, "18.5 k"),
        (999_400, "999 k"),
        (999_600, "1.00 M"),
        (1_110_845_440, "1.11 G"),
    ],
)
def test_numbers_have_three_figures(number: int, expected: str) -> None:
    assert compact(number) == expected


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ConfigError, match="no model “resnet-9000”"):
        build_architecture("resnet-9000", 10)
