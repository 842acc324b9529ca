"""Where heat lies, on maps whose shares are counted by hand."""

import numpy as np
import pytest

from cifar_core.explain.geometry import Line, MapPlace
from cifar_core.explain.surroundings.heat import centre_shares, even_share, mean_map, share_seen


def line(start: float, step: float, first: list[int], last: list[int]) -> Line:
    return Line(start, step, 32, np.array(first), np.array(last))


SMALL = line(10.5, 4.0, [0, 4, 8], [21, 25, 29])
UNPADDED = MapPlace(SMALL, SMALL, np.array([[1, 1, 0], [1, 1, 0], [0, 0, 0]], bool))


def test_the_inner_sixteen_of_thirty_two() -> None:
    maps = np.zeros((5, 32, 32), np.float32)
    maps[0] = 3
    maps[1, 8:24, 8:24] = 1
    maps[2, 0, 0] = 9
    maps[3, 8, 23] = maps[3, 7, 23] = maps[3, 8, 24] = maps[3, 24, 8] = 1
    found = centre_shares(maps)
    assert found[:4].tolist() == [0.25, 1, 0, 0.25]
    assert np.isnan(found[4])


def test_in_the_mean_each_map_counts_as_much_as_every_other() -> None:
    maps = np.zeros((3, 2, 2), np.float32)
    maps[0, 0, 0], maps[1, 1, 1] = 100, 0.5
    assert mean_map(maps).tolist() == [[2, 0], [0, 2]]
    assert mean_map(maps[2:]).tolist() == [[0, 0], [0, 0]]
    assert mean_map(np.full((4, 3, 3), 7, np.float32)) == pytest.approx(np.ones((3, 3)))


def test_even_cells_that_cover_the_picture_have_a_quarter_in_the_middle() -> None:
    assert even_share((8, 8), None, 32, 32) == pytest.approx(0.25)
    assert share_seen((8, 8), None) is None


def test_cells_of_a_network_without_padding_lie_in_the_middle_of_themselves() -> None:
    # Rows 10.5 and 14.5 reach from 8.5 to 16.5 and fade within two pixels more: nearly all of it lies within 8 to 23.
    assert even_share((3, 3), UNPADDED, 32, 32) > 0.85
    assert share_seen((3, 3), UNPADDED) == pytest.approx((22 / 32) ** 2)


def test_where_no_cell_can_change_the_answer_nothing_is_seen() -> None:
    blind = MapPlace(SMALL, SMALL, np.zeros((3, 3), bool))
    assert share_seen((3, 3), blind) is None
    assert np.isnan(even_share((3, 3), blind, 32, 32))
