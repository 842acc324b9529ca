"""Pictures turned, sheared and shifted, each by its own amount; edges are reflected.

Each takes and returns ``uint8`` pictures of shape (N, height, width, 3); amounts have the shape (N,).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Amounts = NDArray[np.float64]


def rotated(images: Images, degrees: Amounts) -> Images:
    """Turn each picture about its centre.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255.
    degrees : ndarray of float64, shape (N,)
        Counter-clockwise where positive.

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array, bilinearly interpolated.
    """
    centre = _centre(images)
    return _warped(images, np.array([cv2.getRotationMatrix2D(centre, angle, 1.0) for angle in degrees]))


def sheared(images: Images, factors: Amounts, *, along: int) -> Images:
    """Move each row, or column, of a picture by its distance from the centre times a factor.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255.
    factors : ndarray of float64, shape (N,)
        Pixels of shift for each pixel of distance; 0 leaves a picture as it is.
    along : {0, 1}
        1 moves rows to the side, 0 columns up and down.

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array, bilinearly interpolated.
    """
    centre = _centre(images)
    matrices = np.tile(np.eye(2, 3), (len(images), 1, 1))
    line, across = (0, 1) if along == 1 else (1, 0)
    matrices[:, line, across] = factors
    matrices[:, line, 2] = -factors * centre[across]
    return _warped(images, matrices)


def shifted(images: Images, down: NDArray[np.int64], right: NDArray[np.int64]) -> Images:
    """Move each picture by whole pixels.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255.
    down, right : ndarray of int64, shape (N,)
        Pixels; negative ones move up and to the left.

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array.
    """
    _, height, width, _ = images.shape
    reach = int(max(np.abs(down).max(), np.abs(right).max())) if len(images) else 0
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="reflect")
    moved = np.empty_like(images)
    # One picture after the other: gathering all their pixels at once by index arrays takes twenty times as long.
    for picture, top, left, place in zip(
        padded, (reach - down).tolist(), (reach - right).tolist(), moved, strict=True
    ):
        place[:] = picture[top : top + height, left : left + width]
    return moved


def _centre(images: Images) -> tuple[float, float]:
    return (images.shape[2] - 1) / 2, (images.shape[1] - 1) / 2


def _warped(images: Images, matrices: NDArray[np.float64]) -> Images:
    """Apply OpenCV's affine maps, from the places in a picture to those in the result; shape (N, 2, 3)."""
    _, height, width, _ = images.shape
    result = np.empty(images.shape, np.uint8)
    for picture, matrix, place in zip(images, matrices, result, strict=True):
        cv2.warpAffine(picture, matrix, (width, height), dst=place, borderMode=cv2.BORDER_REFLECT_101)
    return result
