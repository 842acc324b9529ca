"""Pictures that go over to others, step by step."""

import numpy as np
import pytest

from cifar_core.explain.faithfulness.steps import area_under, blurred, go_over, mean_colours

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (2, 4, 4, 3), dtype=np.uint8)


def test_each_step_takes_the_next_pixels() -> None:
    ranks = np.stack([np.arange(16).reshape(4, 4), np.arange(16)[::-1].reshape(4, 4)])
    after = np.zeros_like(PICTURES)
    stages = go_over(PICTURES, after, ranks, 4)
    assert stages.shape == (2, 5, 4, 4, 3)
    for row in range(5):
        assert not stages[0, row, :row].any()
        assert np.array_equal(stages[0, row, row:], PICTURES[0, row:])
        assert not stages[1, row, 4 - row :].any()
        assert np.array_equal(stages[1, row, : 4 - row], PICTURES[1, : 4 - row])


@pytest.mark.parametrize("steps", [1, 3, 16, 40])
def test_it_begins_with_the_one_and_ends_with_the_other(steps: int) -> None:
    ranks = RNG.permuted(np.tile(np.arange(16), (2, 1)), axis=1).reshape(2, 4, 4)
    stages = go_over(PICTURES, PICTURES[::-1], ranks, steps)
    assert stages.shape[1] == steps + 1
    assert np.array_equal(stages[:, 0], PICTURES)
    assert np.array_equal(stages[:, -1], PICTURES[::-1])


def test_the_fill_is_the_pictures_own_mean_colour() -> None:
    filled = mean_colours(PICTURES)
    assert filled.shape == PICTURES.shape
    assert (filled == np.rint(PICTURES.mean(axis=(1, 2)))[:, None, None]).all()


def test_a_blurred_picture_keeps_its_mean_and_loses_what_it_shows() -> None:
    pictures = RNG.integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    soft = blurred(pictures)
    assert soft.dtype == np.uint8
    assert soft.std(axis=(1, 2)).max() < pictures.std(axis=(1, 2)).min() / 5
    np.testing.assert_allclose(soft.mean(axis=(1, 2)), pictures.mean(axis=(1, 2)), atol=4)


def test_areas_by_hand() -> None:
    curves = np.array([[1, 1, 1], [1, 0.5, 0], [1, 0, 0]])
    assert area_under(curves).tolist() == [1, 0.5, 0.25]
