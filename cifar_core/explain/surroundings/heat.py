"""Where the heat of many maps lies: on average, and in the middle of the picture."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.geometry import MapPlace
from cifar_core.explain.spread import spread_maps


def centre_shares(maps: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how much of its heat each map has in the middle: in the inner half of the rows and of the columns.

    Of 32×32 pixels that are the inner 16×16, a quarter of all: even heat has 0.25 there.

    Parameters
    ----------
    maps : ndarray of float32, shape (N, H, W)
        Heat at each pixel, from 0 on.

    Returns
    -------
    ndarray of float64, shape (N,)
        From 0 to 1; NaN for a map without heat.
    """
    height, width = maps.shape[1:]
    inner = maps[:, height // 4 : height - height // 4, width // 4 : width - width // 4]
    total = maps.sum(axis=(1, 2), dtype=np.float64)
    inside = inner.sum(axis=(1, 2), dtype=np.float64)
    return np.asarray(np.divide(inside, total, out=np.full(len(maps), np.nan), where=total > 0))


def mean_map(maps: NDArray[np.float32]) -> NDArray[np.float64]:
    """Average maps, each with as much heat in all as every other.

    Parameters
    ----------
    maps : ndarray of float32, shape (N, H, W)
        Heat at each pixel, from 0 on; those without heat do not count.

    Returns
    -------
    ndarray of float64, shape (H, W)
        1 is what each pixel of even heat has; 0 everywhere where no map has heat.
    """
    total = maps.sum(axis=(1, 2), dtype=np.float64)
    warm = total > 0
    if not warm.any():
        return np.zeros(maps.shape[1:])
    return np.asarray((maps[warm] / total[warm, None, None]).mean(axis=0) * maps[0].size)


def even_share(cells: tuple[int, int], place: MapPlace | None, height: int, width: int) -> float:
    """Return how much heat a map has in the middle whose cells all have the same.

    In a network without padding the cells lie in the middle of the picture, so that this is more than a quarter,
    whatever the network has learnt.

    Parameters
    ----------
    cells : (int, int)
        How many rows and columns.
    place : MapPlace or None
        Where they lie; those that can change no answer have no heat.
    height, width : int
        Of the picture, in pixels.
    """
    used = np.ones(cells, bool) if place is None else place.used
    even = spread_maps(used.astype(np.float32), place=place, height=height, width=width)
    return float(centre_shares(even[None])[0])


def share_seen(cells: tuple[int, int], place: MapPlace | None) -> float | None:
    """Return how much of the picture a cell sees (its receptive field), mean of those that can change the answer.

    Parameters
    ----------
    cells : (int, int)
        How many rows and columns.
    place : MapPlace or None
        Where they lie.

    Returns
    -------
    float or None
        0 to 1; ``None`` where nobody knows.
    """
    if place is None or not place.used.any():
        return None
    rows, columns = ((line.last - line.first + 1) / line.pixels for line in (place.rows, place.columns))
    return float(np.outer(rows, columns)[place.used].mean()) if place.used.shape == cells else None
