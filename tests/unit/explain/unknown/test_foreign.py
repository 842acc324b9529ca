"""Foreign pictures: what they keep of those that they are made of, and what not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.explain.unknown.foreign import CIFAR100, MADE, TITLES, shapes, shuffled_patches, two_in_one


@pytest.fixture
def pictures() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), np.uint8)


def patches(picture: NDArray[np.uint8]) -> list[bytes]:
    return [
        picture[row : row + 8, column : column + 8].tobytes()
        for row in range(0, 32, 8)
        for column in range(0, 32, 8)
    ]


@pytest.mark.parametrize("name", MADE)
def test_the_same_chance_makes_the_same_pictures(name: str, pictures: NDArray[np.uint8]) -> None:
    before = pictures.copy()
    first, again = (MADE[name](pictures, np.random.default_rng(3)) for _ in range(2))
    assert (first.shape, first.dtype) == (pictures.shape, np.uint8)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(pictures, before)
    assert len({picture.tobytes() for picture in first}) == len(pictures)


def test_shuffled_patches_are_those_of_the_picture_elsewhere(pictures: NDArray[np.uint8]) -> None:
    for before, after in zip(pictures, shuffled_patches(pictures, np.random.default_rng(0)), strict=True):
        assert patches(after) != patches(before)
        assert sorted(patches(after)) == sorted(patches(before))


def test_two_in_one_is_the_mean_of_a_picture_and_another(pictures: NDArray[np.uint8]) -> None:
    found = two_in_one(pictures, np.random.default_rng(0))
    for number, both in enumerate(found):
        means = [(pictures[number].astype(int) + other) // 2 for other in pictures]
        assert [place for place, mean in enumerate(means) if np.array_equal(both, mean)] not in ([], [number])


def test_shapes_have_at_most_four_colours() -> None:
    drawn = shapes(np.zeros((40, 32, 32, 3), np.uint8), np.random.default_rng(0))
    colours = [len(np.unique(one.reshape(-1, 3), axis=0)) for one in drawn]
    assert max(colours) == 4
    assert min(colours) > 1


def test_every_kind_has_a_title() -> None:
    assert list(TITLES) == [*MADE, CIFAR100]
