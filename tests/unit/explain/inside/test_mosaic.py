"""Tiles of maps and filters: scale, colours, places."""

import numpy as np
import pytest

from cifar_core.explain.inside.mosaic import colour_tiles, map_tiles, weight_tiles
from cifar_core.explain.overlay import color_table


def test_maps_without_negative_values_share_a_scale_from_nothing_to_the_highest() -> None:
    maps = np.zeros((2, 4, 2), np.float32)
    maps[1, 3, 0], maps[0, 0, 1] = 8, 4
    tiles, table = map_tiles(maps, "viridis"), color_table("viridis")
    assert (tiles.shape, tiles.dtype) == ((2, 32, 32, 3), np.uint8)
    # A cell of the first map is 16 pixels high and 8 wide.
    assert (tiles[0, 16:, 24:] == table[255]).all()
    assert (tiles[0, :16] == table[0]).all()
    assert (tiles[0, 16:, :24] == table[0]).all()
    assert (tiles[1, :16, :8] == table[128]).all()


def test_where_some_are_negative_zero_is_white_and_both_sides_share_a_scale() -> None:
    tiles = map_tiles(np.array([[[-2.0, 0.0, 1.0]]], np.float32))
    blue, white, orange = (tile[5, 5].astype(int) for tile in tiles)
    assert blue.tolist() == [42, 133, 208]
    assert white.tolist() == [247, 247, 247]
    assert orange.tolist() == pytest.approx([(247 + 217) / 2, (247 + 98) / 2, (247 + 11) / 2], abs=1)
    weights = np.array([[[-2.0]], [[0.0]], [[1.0]]], np.float32)
    np.testing.assert_array_equal(weight_tiles(weights), tiles)


def test_with_a_scale_for_each_a_map_looks_as_if_it_were_alone() -> None:
    rng = np.random.default_rng(0)
    maps = rng.gamma(1, 1, (5, 4, 6)).astype(np.float32) * np.float32([1, 1e-3, 1e3, 0, 7, 1e-20])
    together, own = map_tiles(maps), map_tiles(maps, own_scales=True)
    for number in (0, 1, 2, 4):
        np.testing.assert_array_equal(own[number], map_tiles(maps[..., number : number + 1])[0])
        assert (own[number] == color_table("inferno")[255]).all(axis=2).any()
    np.testing.assert_array_equal(own[2], together[2])
    assert (together[1] == color_table("inferno")[0]).all()
    assert (own[3] == color_table("inferno")[0]).all()  # nothing is not stretched to something
    assert (own[5] == color_table("inferno")[0]).all()


def test_with_a_scale_for_each_colours_mean_the_same_in_all_maps_of_a_layer() -> None:
    maps = np.array(
        [[[-2.0, 0.5], [1.0, 0.25]]], np.float32
    )  # one map has no negative value, and stays white to orange
    first, second = map_tiles(maps, own_scales=True)
    assert first[0, 0].tolist() == [42, 133, 208]
    assert first[0, 31].tolist() == pytest.approx([(247 + 217) / 2, (247 + 98) / 2, (247 + 11) / 2], abs=1)
    assert second[0, 0].tolist() == [217, 98, 11]
    assert second[0, 31].tolist() == first[0, 31].tolist()


def test_each_filter_of_colours_has_its_own_scale_and_grey_is_no_weight() -> None:
    filters = np.zeros((3, 1, 2, 3), np.float32)
    filters[0, 0, 0], filters[1, 0, 1] = [0.5, 0, -0.25], [0, 0.001, 0]
    tiles = colour_tiles(filters)
    assert tiles[0, 0, 0].tolist() == [255, 128, 64]
    assert tiles[0, 0, 31].tolist() == [128, 128, 128]
    assert tiles[1, 9, 31].tolist() == [128, 255, 128]
    assert (tiles[2] == 128).all()


def test_maps_that_are_nothing_at_all_have_the_lowest_colour() -> None:
    assert (map_tiles(np.zeros((3, 3, 2), np.float32)) == color_table("inferno")[0]).all()


@pytest.mark.parametrize("side", [1, 13, 15, 32, 50])
def test_every_size_fills_its_tile_in_order(side: int) -> None:
    maps = np.repeat(np.arange(side, dtype=np.float32)[:, None, None], side, axis=1)
    (tile,) = map_tiles(maps, "cividis")
    levels = np.rint(np.arange(side) / max(side - 1, 1e-12) * 255).astype(int)
    expected = [color_table("cividis")[levels[int(row * side / 32)]].tolist() for row in range(32)]
    assert tile[:, 0].tolist() == expected
    assert (tile == tile[:, :1]).all()
