"""Textures for weather, drawn for each picture: clouds, and crystals of ice."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.corruptions.chance import Dice, uniform

CRYSTALS = 14
"""In a picture of frost."""


def clouds(dice: Dice, side: int, decay: float) -> NDArray[np.float32]:
    """Draw clouds by the diamond–square method, on a square that goes on at the opposite edge.

    Parameters
    ----------
    dice : sequence of numpy.random.Generator
        One for each picture, N of them.
    side : int
        Pixels on a side, a power of two.
    decay : float
        By its square the chance in a point shrinks each time that the grid is halved; the larger, the softer.

    Returns
    -------
    ndarray of float32, shape (N, side, side)
        0 to 1, both reached.

    References
    ----------
    A. Fournier, D. Fussell, L. Carpenter, "Computer rendering of stochastic models", Communications of the ACM 25
    (1982), doi:10.1145/358523.358553.
    """
    chance = uniform(dice, (side, side), -1, 1)
    field = np.zeros_like(chance)
    step, wobble = side, 1.0
    while step > 1:
        half = step // 2
        corners = field[:, ::step, ::step]
        rows = corners + np.roll(corners, -1, axis=1)
        field[:, half::step, half::step] = (rows + np.roll(rows, -1, axis=2)) / 4
        field[:, half::step, half::step] += wobble * chance[:, half::step, half::step]
        middles = field[:, half::step, half::step]
        # Between two corners side by side, above and below which lie two middles; then the same, turned.
        beside = corners + np.roll(corners, -1, axis=2) + middles + np.roll(middles, 1, axis=1)
        field[:, ::step, half::step] = beside / 4 + wobble * chance[:, ::step, half::step]
        below = corners + np.roll(corners, -1, axis=1) + middles + np.roll(middles, 1, axis=2)
        field[:, half::step, ::step] = below / 4 + wobble * chance[:, half::step, ::step]
        step, wobble = half, wobble / decay**2
    field -= field.min(axis=(1, 2), keepdims=True)
    return np.asarray(field / field.max(axis=(1, 2), keepdims=True))


def ice(dice: Dice, side: int) -> NDArray[np.float32]:
    """Draw crystals of ice on a pane: bright along the seams where one meets the next.

    Parameters
    ----------
    dice : sequence of numpy.random.Generator
        One for each picture, N of them.
    side : int
        Pixels on a side, a power of two.

    Returns
    -------
    ndarray of float32, shape (N, side, side)
        0 to 1.
    """
    middles = uniform(dice, (CRYSTALS, 2), 0, side)
    pixels = np.arange(side, dtype=np.float32) + 0.5
    down, across = (
        pixels[:, None, None] - middles[:, None, None, :, 0],
        pixels[:, None] - middles[:, None, None, :, 1],
    )
    apart = np.sqrt(down**2 + across**2)
    nearest = np.partition(apart, 1, axis=-1)
    seams = np.exp(-(nearest[..., 1] - nearest[..., 0]) / 1.5)
    return np.asarray(np.clip(0.5 * seams + 0.7 * clouds(dice, side, 1.3), 0, 1))
