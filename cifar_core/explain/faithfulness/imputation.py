"""Noisy linear imputation: taking pixels away so that neither a hole nor its shape tells anything.

A grey hole is a shape of its own: a network may answer to the hole. Here each missing pixel becomes the weighted mean
of its eight neighbours, missing ones too, so that all of them are the solution of one sparse system of linear
equations; a little noise makes them no smoother than pictures are.
"""

import numpy as np
from numpy.typing import NDArray

_NEIGHBOURS = ((0, 1, 1 / 6), (1, 0, 1 / 6), (1, 1, 1 / 12), (1, -1, 1 / 12))
"""Down, across and weight of half of them; the others lie opposite."""

NOISE = 0.01
"""Standard deviation, as a share of the range of pixel values; that of the publication's own program."""


def impute(
    picture: NDArray[np.uint8], missing: NDArray[np.bool_], rng: np.random.Generator, noise: float = NOISE
) -> NDArray[np.uint8]:
    """Put in the place of missing pixels what their neighbours tell, and a little noise.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        With all its pixels.
    missing : ndarray of bool, shape (H, W)
        Which are not looked at; at least one is not missing.
    rng : numpy.random.Generator
        Where the noise comes from.
    noise : float
        Its standard deviation, as a share of 255; 0 for none.

    Raises
    ------
    ValueError
        All are missing: there is nothing to go by.

    References
    ----------
    Y. Rong et al., "A Consistent and Efficient Evaluation Strategy for Attribution Methods", ICML 2022,
    arXiv:2202.00449, section 4.3. At the border the weights of the neighbours that there are add up to 1.
    """
    if not missing.any():
        return picture
    filled = solve_neighbours(picture.astype(np.float64), missing)
    filled[missing] += 255 * noise * rng.standard_normal(filled[missing].shape)
    return np.clip(np.rint(filled), 0, 255).astype(np.uint8)


def solve_neighbours(values: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Make every missing value the weighted mean of its neighbours.

    The matrix is symmetric and positive definite, and only pixels of neighbouring rows meet in it: it is a band, W + 1
    wide, that Cholesky's method solves in a millisecond. The known pixels stay in it, with equations that say what they
    are.

    Parameters
    ----------
    values : ndarray of float64, shape (H, W, k)
        Those of missing pixels are not looked at.
    missing : ndarray of bool, shape (H, W)
        At least one is not missing.

    Returns
    -------
    ndarray of float64, shape (H, W, k)
        The known values as they were.

    Raises
    ------
    ValueError
        All are missing.
    """
    from scipy.linalg import solveh_banded

    if missing.all():
        raise ValueError("all pixels are missing: nothing tells what they were")
    height, width = missing.shape
    known = np.where(missing[..., None], 0.0, values)
    band = np.zeros((width + 2, height * width))
    diagonal, right = np.zeros(missing.shape), np.zeros(values.shape)
    for down, across, weight in _NEIGHBOURS:
        # Each pair of neighbours once: the upper one, and the one below it or to its right.
        upper = (slice(0, height - down), slice(max(0, -across), width - max(0, across)))
        lower = (slice(down, height), slice(max(0, across), width - max(0, -across)))
        diagonal[upper] += weight
        diagonal[lower] += weight
        right[upper] += weight * known[lower]
        right[lower] += weight * known[upper]
        between = np.zeros(missing.shape)
        between[upper] = -weight * (missing[upper] & missing[lower])
        band[down * width + across] += between.ravel()
    band[0] = np.where(missing, diagonal, 1.0).ravel()
    right = np.where(missing[..., None], right, values)
    solved = solveh_banded(band, right.reshape(height * width, -1), lower=True, check_finite=False)
    return np.where(missing[..., None], solved.reshape(values.shape), values)
