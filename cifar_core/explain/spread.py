"""A map of a layer, spread over the picture: interpolated between the places that its cells see."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.geometry import Line, MapPlace


def spread_maps(
    maps: NDArray[np.float32], *, place: MapPlace | None, height: int, width: int
) -> NDArray[np.float32]:
    """Spread maps over a picture, however large it is drawn.

    Parameters
    ----------
    maps : ndarray of float32, shape (…, h, w)
        Values of the cells.
    place : MapPlace or None
        Where these lie; ``None`` for cells that cover the picture evenly.
    height, width : int
        Size of the drawn picture.

    Returns
    -------
    ndarray of float32, shape (…, height, width)
        Within the range of the values, and of 0.
    """
    if place is None:
        flat = maps.reshape(-1, *maps.shape[-2:])
        drawn = [cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in flat]
        return np.asarray(drawn, np.float32).reshape(*maps.shape[:-2], height, width)
    down, across = _weights(place.rows, height), _weights(place.columns, width)
    return np.asarray(down @ maps @ across.T, np.float32)


def _weights(line: Line, length: int) -> NDArray[np.float32]:
    """Return how much each cell of a map counts at each drawn pixel along one side, shape (length, cells).

    Between two centres both count, the nearer more. Beyond the outermost centre that cell goes on for half a step, as
    far as it is the nearest, and then fades within another half: what lies further out is in no cell's middle.
    """
    cells = len(line.first)
    pixels = (np.arange(length) + 0.5) * line.pixels / length - 0.5
    at = (pixels - line.start) / line.step
    inside = np.clip(at, 0, cells - 1)
    weights = np.maximum(0, 1 - np.abs(inside[:, None] - np.arange(cells)))
    fade = np.clip(1 - 2 * (np.abs(at - inside) - 0.5), 0, 1)
    return np.asarray(weights * fade[:, None], np.float32)
