"""Feature maps and filters as small pictures."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.overlay import ColorMap, color_table

SIDE = 32
"""Pixels on each side of a tile: as large as the picture itself."""

_LEAST = 1e-12
"""What is divided by where all values are 0."""

_BELOW, _MIDDLE, _ABOVE = np.array([[42, 133, 208], [247, 247, 247], [217, 98, 11]], np.float32)


def map_tiles(
    maps: NDArray[np.float32], color_map: ColorMap = "inferno", *, own_scales: bool = False
) -> NDArray[np.uint8]:
    """Colour maps from 0 to the highest value; where some values of the layer are negative, blue, white, orange.

    Parameters
    ----------
    maps : ndarray of float32, shape (h, w, K)
        Feature maps of one picture.
    color_map : str
        For maps without negative values.
    own_scales : bool
        Whether each map is coloured by its own highest value; else all by the highest of them.

    Returns
    -------
    ndarray of uint8, shape (K, 32, 32, 3)
        A tile for each map; its cells are as large as they fit, whatever they see.
    """
    first = np.moveaxis(maps, -1, 0)
    largest = np.abs(first).max(axis=(1, 2) if own_scales else None, keepdims=True)
    share = first / np.maximum(largest, _LEAST)
    if maps.min() < 0:
        return _enlarged(_two_sided(share))
    return _enlarged(color_table(color_map)[np.rint(share * 255).astype(np.uint8)])


def weight_tiles(weights: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour the parts of a filter by one scale: negative weights blue, none white, positive orange.

    Parameters
    ----------
    weights : ndarray of float32, shape (C, a, b)
        What it weighs each map of the layer before with.

    Returns
    -------
    ndarray of uint8, shape (C, 32, 32, 3)
        A tile for each map.
    """
    return _enlarged(_two_sided(weights / max(float(np.abs(weights).max()), _LEAST)))


def colour_tiles(filters: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Show filters that look at colours as pictures: grey is no weight, red speaks for red.

    Parameters
    ----------
    filters : ndarray of float32, shape (K, a, b, 3)
        Each is divided by its own largest weight.

    Returns
    -------
    ndarray of uint8, shape (K, 32, 32, 3)
        A tile for each.
    """
    largest = np.abs(filters).max(axis=(1, 2, 3), keepdims=True)
    share = filters / np.maximum(largest, _LEAST)
    return _enlarged(np.rint(127.5 * (share + 1)).astype(np.uint8))


def _two_sided(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour shares of the largest value, −1 to 1."""
    share = shares[..., None]
    mixed = np.where(share < 0, _MIDDLE + share * (_MIDDLE - _BELOW), _MIDDLE + share * (_ABOVE - _MIDDLE))
    return np.asarray(np.rint(mixed), np.uint8)


def _enlarged(tiles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat or skip pixels until each tile has 32×32."""
    rows, columns = ((np.arange(SIDE) * size) // SIDE for size in tiles.shape[1:3])
    return np.ascontiguousarray(tiles[:, rows[:, None], columns])
