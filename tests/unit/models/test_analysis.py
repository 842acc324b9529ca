"""What is said of networks: counted by hand here. That the file is up to date: tests/keras/test_models.py."""

import pytest

from cifar_core.models.architectures import known_architectures


def test_a_small_network_counted_by_hand() -> None:
    network = known_architectures()["cnn-2conv"]
    by_name = {layer.name: layer for layer in network.layers}
    conv_1, conv_2, dense = by_name["conv_1"], by_name["conv_2"], by_name["dense"]
    assert (conv_1.output, conv_1.parameters, conv_1.operations) == ((30, 30, 32), 896, 2 * 900 * 27 * 32)
    assert (conv_2.output, conv_2.operations) == ((13, 13, 64), 2 * 169 * 288 * 64)
    assert (dense.output, dense.operations) == ((64,), 2 * 2304 * 64)
    # 3 pixels, 4 after pooling (now every second pixel), 4 + 2·2, and 8 + 2 after the second pooling.
    fields = [by_name[name].receptive_field for name in ("conv_1", "pool_1", "conv_2", "pool_2", "dense")]
    assert fields == [3, 4, 8, 10, 32]
    assert network.receptive_field == 10
    assert network.parameters == 167_562


def test_branches_are_joined_by_the_wider_view() -> None:
    network = known_architectures()["resnet-student"]
    by_name = {layer.name: layer for layer in network.layers}
    assert by_name["add_1"].inputs == ("norm_1b", "skip_1")
    assert (by_name["skip_1"].receptive_field, by_name["add_1"].receptive_field) == (1, 5)
    assert network.receptive_field == 13


def test_a_perceptron_sees_the_whole_picture() -> None:
    assert known_architectures()["mlp-3000-1000"].receptive_field == 32


def test_only_attention_looks_beyond_its_patch() -> None:
    by_name = {layer.name: layer for layer in known_architectures()["vit-tiny"].layers}
    fields = [by_name[name].receptive_field for name in ("patches", "positions", "norm_1a", "attention_1")]
    assert fields == [4, 4, 4, 32]


def test_an_enlarged_picture_has_no_more_to_see() -> None:
    by_name = {layer.name: layer for layer in known_architectures()["mobilenetv3-small"].layers}
    # Two pixels between which a value lies; three such values, a third of a pixel apart: 2 + 2/3.
    assert [by_name[name].receptive_field for name in ("enlarge", "conv")] == [2, 3]
    # Every second value is kept, so they lie 2/3 apart, and three of these see 2 + 2/3 + 4/3.
    assert by_name["expanded_conv_depthwise"].receptive_field == 4


def test_a_layer_tells_its_window_and_its_function() -> None:
    by_name = {layer.name: layer for layer in known_architectures()["resnet18"].layers}
    shown = [
        (by_name[name].window, by_name[name].stride) for name in ("stem", "conv_2_1a", "skip_2_1", "add_1_1")
    ]
    assert shown == [(3, 1), (3, 2), (1, 2), (1, 1)]
    assert (by_name["stem"].activation, by_name["stem_relu"].activation) == ("", "relu")


def test_attention_is_counted_with_its_projections_and_comparisons() -> None:
    layer = next(one for one in known_architectures()["vit-tiny"].layers if one.name == "attention_1")
    assert layer.operations == 2 * 64 * (4 * 192 * 192 + 2 * 64 * 192)


@pytest.mark.parametrize(("model_id", "expected"), [("speedrun", 236.3e6), ("resnet18", 1110.8e6)])
def test_known_networks_cost_what_is_known(model_id: str, expected: float) -> None:
    # 0.73 GFLOP forward and backward for the first, and 0.56 billion multiplications for the second.
    assert known_architectures()[model_id].operations == pytest.approx(expected, rel=1e-3)
