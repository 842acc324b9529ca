"""What the page says of a layer and a channel."""

from dataclasses import replace

import numpy as np

from cifar_core.explain.inside.mosaic import map_tiles
from cifar_core.explain.inside.seen import InsideLayer, Seen
from cifar_core.views.explain.inside import (
    MOST_CHANNELS,
    channel_sentence,
    channel_wall,
    filter_wall,
    first_layer,
    layer_label,
    layer_sentence,
)

CONV = InsideLayer("conv", "convolution: 3 filters of 3×3", 2, 2, 3)
DENSE = InsideLayer("dense", "3 neurons, each weighs all values (dense)", 1, 1, 3)
MAPS = np.array([[[0, 5, 1], [0, 0, 2]], [[0, 0, 0], [3, 1, 0]]], np.float32)


def test_layers_are_named_with_size_and_operation() -> None:
    assert layer_label(CONV) == "conv · 3 maps of 2×2 · convolution: 3 filters of 3×3"
    assert layer_label(DENSE) == "dense · 3 numbers · 3 neurons, each weighs all values (dense)"
    scaled, deep = replace(CONV, name="scaled"), replace(CONV, name="deep", channels=8)
    assert first_layer((scaled, DENSE, deep)) == "deep"
    assert first_layer((DENSE,)) == "dense"


def test_the_strongest_channel_stands_first_with_its_number() -> None:
    seen = Seen((CONV,), CONV, MAPS)
    wall = channel_wall(seen, "inferno")
    assert (wall.captions, wall.numbers) == (("1", "0", "2"), (1, 0, 2))
    assert wall.hover[0] == "channel 1: 0.00 to 5.00, mean 1.50"
    assert channel_sentence(seen, 2) == "**Channel 2** in this picture: 0.00 to 2.00."
    assert layer_sentence(seen).startswith(
        "**What this layer makes of the picture:** 3 feature maps, the strongest first (by the highest value anywhere "
        "in it); black is 0, one scale for all, up to 5.00."
    )
    said = layer_sentence(seen, filters=True)
    assert "3 filters; first what is strongest in this picture. Grey is no weight" in said
    filters = np.zeros((3, 1, 1, 3), np.float32)
    filters[1, ..., 0] = 1
    assert channel_wall(replace(seen, colours=filters), "inferno", filters=True).images[0, 0, 0].tolist() == [
        255,
        128,
        128,
    ]


def test_neurons_are_numbers_and_of_many_the_strongest_are_shown() -> None:
    values = -np.arange(300, dtype=np.float32).reshape(1, 1, 300)
    seen = Seen((), replace(DENSE, channels=300), values)
    wall = channel_wall(seen, "inferno")
    assert wall.numbers == tuple(range(MOST_CHANNELS))
    assert wall.hover[7] == "channel 7: −7.00"
    assert "the 128 strongest of 300 numbers, the strongest first (the highest first); blue is negative" in (
        layer_sentence(seen)
    )


def test_the_parts_of_a_filter_that_weigh_most_stand_first() -> None:
    weights = np.zeros((20, 2, 2), np.float32)
    weights[7, 0, 0], weights[3] = -9, 2
    assert filter_wall(weights).captions[:3] == ("of 7", "of 3", "of 0")


def test_with_a_scale_for_each_the_highest_value_stands_beneath_each_map() -> None:
    seen = Seen((CONV,), CONV, MAPS)
    wall = channel_wall(seen, "viridis", own_scales=True)
    assert wall.captions == ("1: 5.00", "0: 3.00", "2: 2.00")
    np.testing.assert_array_equal(wall.images, map_tiles(MAPS, "viridis", own_scales=True)[[1, 0, 2]])
    assert "each map by its own scale" in layer_sentence(seen, own_scales=True)
    assert "one scale for all" not in layer_sentence(seen, own_scales=True)
    assert "one scale for all, up to 9.00" in layer_sentence(Seen((CONV,), CONV, MAPS - 9))
