"""Maps that know nothing."""

import numpy as np

from cifar_core.explain.faithfulness.baselines import BASELINES, BLOB_SIGMA, blurred_random_maps, centre_maps

SHAPE = (6, 32, 32)


def test_every_map_has_heat_from_zero_on_and_some_order() -> None:
    for baseline in BASELINES.values():
        maps = baseline(SHAPE, np.random.default_rng(0))
        assert maps.shape == SHAPE
        assert maps.dtype == np.float32
        assert maps.min() >= 0
        assert (np.ptp(maps, axis=(1, 2)) > 0).all()


def test_what_is_left_to_chance_comes_again_with_its_seed_alone() -> None:
    for name in ("random", "blurred random"):
        first, again, other = (BASELINES[name](SHAPE, np.random.default_rng(seed)) for seed in (1, 1, 2))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


def test_the_centre_map_falls_with_the_distance_from_the_middle() -> None:
    (heat,) = centre_maps((1, 32, 32), np.random.default_rng(0))
    assert heat[15, 15] == heat[16, 16] == heat.max()
    assert heat[0, 0] == heat[31, 31] == heat.min() == 0
    assert heat[10, 16] == heat[21, 15] == heat[16, 10]
    (odd,) = centre_maps((1, 3, 3), np.random.default_rng(0))
    np.testing.assert_allclose(odd[1], [1 - 1 / np.sqrt(2), 1, 1 - 1 / np.sqrt(2)], rtol=1e-6)
    assert centre_maps((1, 1, 1), np.random.default_rng(0)).tolist() == [[[1.0]]]


def test_the_spots_of_a_blurred_map_are_as_wide_as_its_gaussian() -> None:
    maps = blurred_random_maps((200, 32, 32), np.random.default_rng(0))
    centred = maps - maps.mean(axis=(1, 2), keepdims=True)
    near = (centred[:, :, :-4] * centred[:, :, 4:]).mean() / (centred**2).mean()
    # White noise blurred by a Gaussian correlates as one that is wider by the root of 2.
    assert abs(near - np.exp(-(4**2) / (4 * BLOB_SIGMA**2))) < 0.1
