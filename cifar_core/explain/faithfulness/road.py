"""ROAD, "remove and debias": a picture without the most, and without the least, of its heat."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.faithfulness.imputation import impute
from cifar_core.explain.faithfulness.ranks import Ranks

LEVELS = tuple(tenths / 10 for tenths in range(1, 10))
"""Shares of the pixels that are taken away."""


def without_most(
    pictures: NDArray[np.uint8], ranks: Ranks, rng: np.random.Generator, levels: tuple[float, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Take the pixels of most heat away ("MoRF", most relevant first) and let their neighbours fill them.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    ranks : ndarray of int64, shape (N, H, W)
        From :func:`~cifar_core.explain.faithfulness.ranks.rank_pixels`.
    rng : numpy.random.Generator
        Where the noise comes from.
    levels : tuple of float
        Which shares of them, each above 0 and below 1.

    Returns
    -------
    ndarray of uint8, shape (N, levels, H, W, 3)
        A picture for each share.
    """
    counts = np.rint(np.array(levels) * ranks[0].size)
    return np.stack(
        [
            np.stack([impute(picture, order < count, rng) for count in counts])
            for picture, order in zip(pictures, ranks, strict=True)
        ]
    )


def without_least(
    pictures: NDArray[np.uint8], ranks: Ranks, rng: np.random.Generator, levels: tuple[float, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Take the pixels of least heat away ("LeRF", least relevant first); as :func:`without_most`.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    ranks : ndarray of int64, shape (N, H, W)
        From :func:`~cifar_core.explain.faithfulness.ranks.rank_pixels`.
    rng : numpy.random.Generator
        Where the noise comes from.
    levels : tuple of float
        Which shares of them, each above 0 and below 1.
    """
    return without_most(pictures, ranks[0].size - 1 - ranks, rng, levels)
