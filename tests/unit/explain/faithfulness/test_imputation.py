"""Noisy linear imputation against a dense solve that is written down from the publication's equations."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.explain.faithfulness.imputation import impute, solve_neighbours

RNG = np.random.default_rng(0)


def dense(values: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Solve one equation for each missing pixel: it is the weighted mean of the neighbours that there are."""
    height, width = missing.shape
    unknown = [(int(row), int(column)) for row, column in np.argwhere(missing)]
    matrix, right = np.zeros((len(unknown), len(unknown))), np.zeros((len(unknown), values.shape[2]))
    for number, (row, column) in enumerate(unknown):
        around = [
            (row + down, column + across, 1 / 6 if 0 in (down, across) else 1 / 12)
            for down in (-1, 0, 1)
            for across in (-1, 0, 1)
            if (down, across) != (0, 0) and 0 <= row + down < height and 0 <= column + across < width
        ]
        matrix[number, number] = sum(weight for *_, weight in around)
        for down, across, weight in around:
            if missing[down, across]:
                matrix[number, unknown.index((down, across))] -= weight
            else:
                right[number] += weight * values[down, across]
    filled = values.copy()
    filled[missing] = np.linalg.solve(matrix, right)
    return filled


@pytest.mark.parametrize(
    ("height", "width", "share"),
    [(8, 8, 0.3), (9, 5, 0.9), (3, 7, 0.5), (1, 6, 0.5), (6, 1, 0.5), (2, 2, 0.75), (16, 16, 0.97)],
)
def test_it_is_the_solution_of_the_dense_system(height: int, width: int, share: float) -> None:
    values = RNG.uniform(0, 255, (height, width, 3))
    missing = np.zeros(height * width, bool)
    missing[RNG.permutation(height * width)[: int(share * height * width)]] = True
    missing = missing.reshape(height, width)
    np.testing.assert_allclose(solve_neighbours(values, missing), dense(values, missing), atol=1e-9)


def test_what_is_known_stays_and_what_is_missing_is_not_looked_at() -> None:
    values = RNG.uniform(0, 255, (6, 6, 3))
    missing = np.zeros((6, 6), bool)
    missing[2:5, 1:4] = True
    filled = solve_neighbours(values, missing)
    assert np.array_equal(filled[~missing], values[~missing])
    other = np.where(missing[..., None], 99.0, values)
    assert np.array_equal(solve_neighbours(other, missing), filled)


def test_a_single_known_pixel_colours_all_and_a_slope_goes_on() -> None:
    values = np.full((5, 5, 1), 77.0)
    missing = np.ones((5, 5), bool)
    missing[4, 0] = False
    np.testing.assert_allclose(solve_neighbours(values, missing), 77)
    slope = np.add.outer(np.arange(7.0), 2 * np.arange(7.0))[..., None]
    hole = np.zeros((7, 7), bool)
    hole[2:5, 2:5] = True
    np.testing.assert_allclose(solve_neighbours(slope, hole), slope, atol=1e-10)


def test_noise_is_added_to_what_was_missing_alone() -> None:
    picture = np.full((32, 32, 3), 100, np.uint8)
    missing = RNG.random((32, 32)) < 0.7
    filled = impute(picture, missing, np.random.default_rng(1)).astype(float)
    assert (filled[~missing] == 100).all()
    assert filled[missing].std() == pytest.approx(2.55, rel=0.1)
    assert filled[missing].mean() == pytest.approx(100, abs=0.2)
    assert np.array_equal(impute(picture, missing, np.random.default_rng(1), 0), picture)


def test_nothing_missing_is_the_picture_and_all_missing_is_refused() -> None:
    picture = RNG.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    assert impute(picture, np.zeros((4, 4), bool), RNG) is picture
    with pytest.raises(ValueError, match="all pixels are missing"):
        impute(picture, np.ones((4, 4), bool), RNG)
