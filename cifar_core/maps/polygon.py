"""Regions that are drawn on a map: which points lie in them, and how they are written short."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

MOST_CORNERS = 30
"""As many are written into an address."""

_STEPS = 500  # the smallest that is told apart along a region


def inside(points: NDArray[np.floating], polygon: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Tell which points lie in a polygon, by the even–odd rule: where it crosses itself twice is outside again.

    Parameters
    ----------
    points : ndarray of float, shape (N, 2)
        Any points.
    polygon : ndarray of float, shape (k, 2)
        Corners in order, three or more; the last is joined to the first.

    Returns
    -------
    ndarray of bool, shape (N,)
        A ray to the right from each point inside meets an odd number of sides.

    References
    ----------
    M. Shimrat, "Algorithm 112: Position of point relative to polygon", Communications of the ACM 5 (1962), 434.
    """
    x, y = np.asarray(points, np.float64).T
    corners = np.asarray(polygon, np.float64)
    within = np.zeros(len(x), np.bool_)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            meets = (y1 > y) != (y2 > y)
            within ^= meets & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return within


def short_corners(polygon: Sequence[tuple[float, float]], most: int = MOST_CORNERS) -> list[str]:
    """Write a polygon with few corners and short numbers: ``["120 340", "180 340", "150 400"]``.

    Parameters
    ----------
    polygon : sequence of (float, float)
        As it was drawn, with hundreds of corners.
    most : int
        How many corners are kept.

    Returns
    -------
    list of str
        Empty where it has no area, or where so few corners don't hold its shape.

    References
    ----------
    D. H. Douglas, T. K. Peucker, "Algorithms for the reduction of the number of points required to represent a
    digitized line or its caricature", Cartographica 10 (1973), doi:10.3138/FM57-6770-U75U-7727.
    """
    corners = np.asarray(polygon, np.float32).reshape(-1, 1, 2)
    if len(corners) < 3 or not np.isfinite(corners).all():
        return []
    extent = float(np.ptp(corners, axis=0).max())
    if not extent:
        return []
    allowed = extent / _STEPS
    fewer = cv2.approxPolyDP(corners, allowed, True)
    while len(fewer) > most:
        allowed *= 1.3
        fewer = cv2.approxPolyDP(corners, allowed, True)
    digits = min(6, max(0, math.ceil(2 - math.log10(extent))))  # a hundred steps and more
    written = [f"{_short(x, digits)} {_short(y, digits)}" for x, y in fewer[:, 0].tolist()]
    return written if len(set(written)) >= 3 else []


def _short(number: float, digits: int) -> str:
    text = f"{number:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
