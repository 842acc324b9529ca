"""Networks as blocks and shortcuts, and what folding leaves of them."""

import pytest

from cifar_core.models.analysis import Architecture, Layer
from cifar_core.models.architectures import known_architectures
from cifar_core.models.blocks import STAGE, Block, Diagram, Repeat, find_blocks
from cifar_core.models.folding import MOST, fold
from cifar_core.models.registry import MODELS


def blocks_of(model_id: str) -> Diagram:
    return find_blocks(known_architectures()[model_id])


def names(block: Block) -> list[str]:
    return [layer.name for layer in block.layers]


def test_a_plain_network_is_a_row_of_blocks() -> None:
    diagram = blocks_of("cnn-2conv")
    assert [(block.title, block.output, block.parameters) for block in diagram.blocks] == [
        ("picture", (32, 32, 3), 0),
        ("conv 3×3", (30, 30, 32), 896),
        ("pool 2×2", (15, 15, 32), 0),
        ("conv 3×3", (13, 13, 64), 18_496),
        ("pool 2×2", (6, 6, 64), 0),
        ("dense", (64,), 147_520),
        ("dense", (10,), 650),
    ]
    assert [block.receptive_field for block in diagram.blocks] == [1, 3, 4, 8, 10, 32, 32]
    assert names(diagram.blocks[5]) == ["flatten", "dense"]
    assert (diagram.skips, diagram.repeats) == ((), ())


def test_what_follows_a_convolution_belongs_to_it_in_its_order() -> None:
    # One has its ReLU within the convolution, before batch norm; the other after it, and a dropout.
    assert blocks_of("cnn-improved").blocks[1].then == ("ReLU", "norm")
    assert blocks_of("cnn-custom").blocks[1].then == ("norm", "ReLU")
    assert blocks_of("cnn-custom").blocks[-2].then == ("norm", "ReLU", "dropout")
    assert blocks_of("cnn-custom").blocks[1].parameters == 1792 + 256


def test_shortcuts_of_a_residual_network() -> None:
    skips = blocks_of("resnet18").skips
    assert [(skip.source, skip.target) for skip in skips] == [(n, n + 2) for n in range(1, 17, 2)]
    projected = 64 * 128 + 512, 128 * 256 + 1024, 256 * 512 + 2048
    assert [skip.parameters for skip in skips] == [0, 0, projected[0], 0, projected[1], 0, projected[2], 0]


def test_layers_that_shortcuts_share_count_once() -> None:
    diagram = blocks_of("resnet-dense")
    from_picture = [skip for skip in diagram.skips if skip.source == 0]
    assert len(from_picture) == 5
    assert [[layer.name for layer in skip.layers] for skip in from_picture][:3] == [
        ["skip_1"],
        ["shrink_2", "picture_2"],
        ["shrink_3", "picture_3"],
    ]
    # All of them end where the convolutions of their stage do.
    ends = {skip.target for skip in from_picture}
    assert {names(diagram.blocks[end])[0] for end in ends} == {
        "conv_1b",
        "conv_2b",
        "conv_3c",
        "conv_4c",
        "conv_5c",
    }


def test_layer_norm_belongs_to_what_it_feeds() -> None:
    blocks = blocks_of("vit-tiny").blocks
    assert names(blocks[3]) == ["norm_1a", "attention_1", "add_1a"]
    assert names(blocks[-2]) == ["norm", "map", "average"]
    assert (blocks[1].output, blocks[1].side) == ((64, 192), 8)


def test_a_gate_is_part_of_the_block_it_opens() -> None:
    gated = next(block for block in blocks_of("mobilenetv3-small").blocks if block.beside)
    assert gated.title == "depthwise 3×3"
    assert gated.output == (24, 24, 16)
    assert gated.parameters == 144 + 64 + 136 + 144


@pytest.mark.parametrize("model_id", MODELS)
def test_nothing_is_lost_by_grouping_and_folding(model_id: str) -> None:
    architecture = known_architectures()[model_id]
    for diagram in (find_blocks(architecture), fold(find_blocks(architecture))):
        assert diagram.parameters == MODELS[model_id].parameters() == architecture.parameters
        assert diagram.blocks[0].kind == "picture"
        assert diagram.blocks[-1].output == (10,)
        assert all(0 <= skip.source < skip.target < len(diagram.blocks) for skip in diagram.skips)
    assert len(diagram.blocks) <= MOST


def test_repeated_blocks_are_drawn_once() -> None:
    transformer = fold(blocks_of("vit-tiny"))
    assert transformer.repeats == (Repeat(3, 5, 6),)
    assert [block.title for block in transformer.blocks[3:6]] == ["attention", "dense", "dense"]
    assert [(skip.source, skip.target) for skip in transformer.skips] == [(2, 3), (3, 5)]

    residual = fold(blocks_of("resnet20"))
    assert residual.repeats == (Repeat(2, 3, 3), Repeat(6, 7, 2), Repeat(10, 11, 2))
    # 3 pixels after the first convolution, and 2 more after each of six; shown is the last of each.
    assert [residual.blocks[index].receptive_field for index in (1, 2, 3)] == [3, 13, 15]


def test_a_small_network_is_not_folded() -> None:
    for model_id in ("cnn-improved", "speedrun-96", "resnet-student"):
        assert fold(blocks_of(model_id)) == blocks_of(model_id)


def test_very_deep_networks_become_stages() -> None:
    diagram = fold(blocks_of("efficientnetv2-b0"))
    assert [block.side for block in diagram.blocks] == [32, 96, 48, 24, 12, 6, 3, 0, 0]
    assert diagram.blocks[2].title == "2 × conv"
    assert {block.kind for block in diagram.blocks[2:7]} == {STAGE}
    assert diagram.skips == ()


def row(*lengths: int, skips: tuple[tuple[int, int], ...] = ()) -> Architecture:
    """Give dense layers of these widths one after the other, with shortcuts between them by number."""
    layers = [
        Layer(
            name="0", kind="InputLayer", inputs=(), output=(4,), parameters=0, operations=0, receptive_field=1
        )
    ]
    fact = {"operations": 0, "receptive_field": 1}
    for number, units in enumerate(lengths, start=1):
        before = layers[-1].name
        layers.append(
            Layer(name=str(number), kind="Dense", inputs=(before,), output=(units,), parameters=units, **fact)
        )
        sources = tuple(str(source) for source, target in skips if target == number)
        if sources:
            layers.append(
                Layer(
                    name=f"{number}+",
                    kind="Add",
                    inputs=(str(number), *sources),
                    output=(units,),
                    parameters=0,
                    **fact,
                )
            )
    return Architecture(layers=tuple(layers))


def test_a_run_of_equal_blocks_is_one() -> None:
    diagram = fold(find_blocks(row(*[7] * 20, 3)))
    assert diagram.repeats == (Repeat(1, 1, 20),)
    assert [block.times for block in diagram.blocks] == [1, 20, 1]
    assert diagram.parameters == 20 * 7 + 3


def test_a_shortcut_from_within_a_row_ends_the_run() -> None:
    # Were all 20 one block, nobody could see where the shortcut begins.
    diagram = fold(find_blocks(row(*[7] * 20, 3, 7, skips=((12, 22),))))
    assert diagram.repeats == (Repeat(1, 1, 12), Repeat(2, 2, 8))
    assert [(skip.source, skip.target) for skip in diagram.skips] == [(1, 4)]
    assert diagram.parameters == 20 * 7 + 3 + 7
