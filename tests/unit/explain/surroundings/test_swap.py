"""Halves of pictures that are replaced."""

import numpy as np
import pytest

from cifar_core.explain.surroundings.swap import partners, replace_halves

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("count", [2, 3, 50])
def test_everybody_has_another_one_as_partner(count: int) -> None:
    found = partners(count, RNG)
    assert sorted(found.tolist()) == list(range(count))
    assert (found != np.arange(count)).all()


def test_the_cold_half_the_hot_half_and_a_random_one() -> None:
    pictures, others = np.zeros((40, 32, 32, 3), np.uint8), np.full((40, 32, 32, 3), 200, np.uint8)
    maps = np.zeros((40, 32, 32), np.float32)
    maps[:, :16] = 1
    halves = replace_halves(pictures, others, maps, RNG)
    assert not halves["background"][:, :16].any()
    assert (halves["background"][:, 16:] == 200).all()
    assert (halves["marked"][:, :16] == 200).all()
    assert not halves["marked"][:, 16:].any()
    gone = halves["random"][..., 0] == 200
    assert (gone.sum(axis=(1, 2)) == 512).all()
    assert gone.mean(axis=0)[:16].mean() == pytest.approx(0.5, abs=0.1)
    # In spots, as maps are: neighbours mostly share their fate.
    assert (gone[:, :, 1:] == gone[:, :, :-1]).mean() > 0.85


def test_a_map_without_heat_gives_a_half_by_chance() -> None:
    pictures, others = np.zeros((1, 8, 8, 3), np.uint8), np.ones((1, 8, 8, 3), np.uint8)
    halves = replace_halves(pictures, others, np.zeros((1, 8, 8), np.float32), RNG)
    assert halves["background"][..., 0].sum() == 32
    assert 4 < halves["background"][0, :4, :, 0].sum() < 28
