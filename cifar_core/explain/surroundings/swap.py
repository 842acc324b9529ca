"""The counter-test: one half of a picture is replaced by that half of another one."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.faithfulness.baselines import blurred_random_maps
from cifar_core.explain.faithfulness.ranks import rank_pixels

Half = Literal["background", "random", "marked"]
HALVES: tuple[Half, ...] = get_args(Half)
"""The half of the pixels with the least heat, a random half in spots as large as those of a map, that with the most."""


def partners(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Give each picture another one: all go round in a circle in which none stands beside itself.

    Parameters
    ----------
    count : int
        Of pictures, ``>= 2``.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    ndarray of int64, shape (count,)
        Each number once.
    """
    circle = rng.permutation(count)
    found = np.empty(count, np.int64)
    found[circle] = np.roll(circle, 1)
    return found


def replace_halves(
    pictures: NDArray[np.uint8],
    others: NDArray[np.uint8],
    maps: NDArray[np.float32],
    rng: np.random.Generator,
) -> dict[Half, NDArray[np.uint8]]:
    """Replace one half of the pixels of each picture by those of another one.

    Parameters
    ----------
    pictures, others : ndarray of uint8, shape (N, H, W, 3)
        Each picture, and the one that gives it its pixels.
    maps : ndarray of float32, shape (N, H, W)
        Heat at each pixel.
    rng : numpy.random.Generator
        Decides between pixels of equal heat, and which half is the random one.

    Returns
    -------
    dict of str to ndarray of uint8, shape (N, H, W, 3)
        By which half was replaced.
    """
    half = maps[0].size // 2
    cold = rank_pixels(maps, rng) >= half
    by_chance = rank_pixels(blurred_random_maps(maps.shape, rng), rng) >= half
    replaced: dict[Half, NDArray[np.bool_]] = {"background": cold, "random": by_chance, "marked": ~cold}
    return {name: np.where(gone[..., None], others, pictures) for name, gone in replaced.items()}
