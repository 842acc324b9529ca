"""Pictures turned, moved, resized, and hidden in part: no chance in it. What lies outside mirrors the picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

GREY = 128
"""Of what hides a part."""


def placed(
    pictures: NDArray[np.uint8],
    *,
    angle: float = 0.0,
    right: float = 0.0,
    down: float = 0.0,
    scale: float = 1.0,
) -> NDArray[np.uint8]:
    """Turn and resize pictures about their centre, then move them.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, h, w, 3)
        RGB pictures; left as they are.
    angle : float
        Degrees, counterclockwise.
    right, down : float
        Pixels; below 0 left and up.
    scale : float
        How many times as large, > 0.

    Returns
    -------
    ndarray of uint8, shape (N, h, w, 3)
        Interpolated linearly.
    """
    rows, columns = pictures.shape[1:3]
    # In units of pixels, so that a quarter turn takes pixels to pixels.
    cosine, sine = scale * np.cos(np.radians(angle)), scale * np.sin(np.radians(angle))
    turn = np.array([[cosine, sine], [-sine, cosine]])
    middle = (np.array([columns, rows]) - 1) / 2
    table = np.column_stack([turn, middle - turn @ middle + (right, down)])
    changed = np.empty_like(pictures)
    for place, picture in zip(changed, pictures, strict=True):
        place[...] = cv2.warpAffine(picture, table, (columns, rows), borderMode=cv2.BORDER_REFLECT_101)
    return changed


def hidden(pictures: NDArray[np.uint8], *, row: int, column: int, side: int) -> NDArray[np.uint8]:
    """Lay a grey square over pictures.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, h, w, 3)
        RGB pictures; left as they are.
    row, column : int
        Its first pixel, ``>= 0``.
    side : int
        Pixels, ``>= 0``; what lies outside the picture is cut off.
    """
    changed = pictures.copy()
    changed[:, row : row + side, column : column + side] = GREY
    return changed
