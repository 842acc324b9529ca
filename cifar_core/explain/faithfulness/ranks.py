"""In which order a heat map takes the pixels of its picture away."""

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.int64]
"""Of shape (N, H, W): 0 for the pixel of most heat, then 1, 2 …"""


def rank_pixels(maps: NDArray[np.float32], rng: np.random.Generator) -> Ranks:
    """Give the pixels of each picture their numbers, the one of most heat first.

    Parameters
    ----------
    maps : ndarray of float32, shape (N, H, W)
        Heat at each pixel; finite.
    rng : numpy.random.Generator
        Decides between pixels of equal heat. A map without any heat is a random order, as it knows nothing; in the
        order of reading it would take the picture away from above.

    Returns
    -------
    ndarray of int64, shape (N, H, W)
        Each number from 0 to H·W − 1 once in each picture.
    """
    number, height, width = maps.shape
    heat = maps.reshape(number, -1)
    order = np.lexsort((rng.random(heat.shape), -heat), axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(height * width)[None], axis=1)
    return ranks.reshape(maps.shape)
