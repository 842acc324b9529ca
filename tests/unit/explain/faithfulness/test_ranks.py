"""The order in which pixels go."""

import numpy as np

from cifar_core.explain.faithfulness.ranks import rank_pixels


def test_the_hottest_pixel_is_the_first() -> None:
    maps = np.array([[[0.1, 0.9], [0.4, 0.2]]], np.float32)
    assert rank_pixels(maps, np.random.default_rng(0)).tolist() == [[[3, 0], [1, 2]]]


def test_chance_decides_between_equals_and_only_between_them() -> None:
    maps = np.zeros((500, 4, 4), np.float32)
    maps[:, 0, 0] = 1
    ranks = rank_pixels(maps, np.random.default_rng(0))
    assert (ranks[:, 0, 0] == 0).all()
    assert np.array_equal(np.sort(ranks.reshape(500, 16)), np.tile(np.arange(16), (500, 1)))
    means = ranks.mean(axis=0).ravel()[1:]
    assert np.abs(means - 8).max() < 1  # of 1 … 15, with a standard error of 0.2
