"""RandAugment: N operations for each picture, drawn evenly from fourteen, all of one magnitude M.

Why not ``keras.layers.RandAugment`` (Keras 3.15): it draws one operation for a whole batch, where the paper draws for
each picture. Its chances come from ten counters that go on from call to call, so that a batch would depend on how
many were made before it, and no run could be resumed bit for bit. And it computes all its operations to keep one:
0.54 s for 500 pictures with N = 2 on two cores, where this takes 0.015 s.

References
----------
Cubuk, Zoph, Shlens & Le 2019, “RandAugment: Practical automated data augmentation with a reduced search space”,
arXiv:1909.13719. The ranges are those of Cubuk et al. 2018, “AutoAugment”, arXiv:1805.09501; M = 10 is the end of
each. Edges are reflected, as in all geometric changes of this project.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from cifar_core.training.geometry import Amounts, Images, rotated, sheared, shifted

HIGHEST_MAGNITUDE = 10
LARGEST_SHEAR = 0.3
LARGEST_SHIFT = 0.45
"""As a share of the width: 150 of 331 pixels in AutoAugment."""
LARGEST_TURN = 30.0
"""In degrees."""
LARGEST_CHANGE = 0.9
"""Brightness, colour, contrast and sharpness are multiplied by factors from 1 - 0.9 to 1 + 0.9."""
MOST_BITS_LOST = 4

Operation = Callable[[Images, Amounts], Images]
"""Takes pictures and for each a strength from -1 to 1, whose sign matters where there are two directions."""


def rand_augment(images: Images, operations: int, magnitude: int, rng: np.random.Generator) -> Images:
    """Change each picture by operations drawn for it, one after the other.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width, 3)
        RGB, 0–255; they stay as they are.
    operations : int
        How many for each picture, the paper's N; *identity* is one of those drawn.
    magnitude : int
        The paper's M: 0 to 10, where 10 is the end of each operation's range.
    rng : numpy.random.Generator
        Where the chances come from; it is advanced.

    Returns
    -------
    ndarray of uint8, shape (N, height, width, 3)
        A new array.
    """
    changed = images.copy()
    for _ in range(operations):
        drawn = rng.integers(len(OPERATIONS), size=len(images))
        strengths = rng.choice((-1.0, 1.0), size=len(images)) * (magnitude / HIGHEST_MAGNITUDE)
        for number, operation in enumerate(OPERATIONS.values()):
            chosen = np.flatnonzero(drawn == number)
            if len(chosen):
                changed[chosen] = operation(changed[chosen], strengths[chosen])
    return changed


def _identity(images: Images, _: Amounts) -> Images:
    return images


def _rotate(images: Images, strengths: Amounts) -> Images:
    return rotated(images, LARGEST_TURN * strengths)


def _shear_x(images: Images, strengths: Amounts) -> Images:
    return sheared(images, LARGEST_SHEAR * strengths, along=1)


def _shear_y(images: Images, strengths: Amounts) -> Images:
    return sheared(images, LARGEST_SHEAR * strengths, along=0)


def _translate_x(images: Images, strengths: Amounts) -> Images:
    pixels = np.rint(LARGEST_SHIFT * images.shape[2] * strengths).astype(np.int64)
    return shifted(images, np.zeros_like(pixels), pixels)


def _translate_y(images: Images, strengths: Amounts) -> Images:
    pixels = np.rint(LARGEST_SHIFT * images.shape[1] * strengths).astype(np.int64)
    return shifted(images, pixels, np.zeros_like(pixels))


def _brightness(images: Images, strengths: Amounts) -> Images:
    return _away_from(np.zeros(1, np.float32), images, strengths)


def _colour(images: Images, strengths: Amounts) -> Images:
    return _away_from(_grey(images), images, strengths)


def _contrast(images: Images, strengths: Amounts) -> Images:
    return _away_from(_grey(images).mean((1, 2), keepdims=True), images, strengths)


def _sharpness(images: Images, strengths: Amounts) -> Images:
    """Move each picture away from, or towards, itself smoothed; the outermost pixels stay."""
    height, width = images.shape[1:3]
    smooth = images.astype(np.float32)
    around = sum(
        smooth[:, top : height - 2 + top, left : width - 2 + left] for top in range(3) for left in range(3)
    )
    smooth[:, 1:-1, 1:-1] = (around + 4 * smooth[:, 1:-1, 1:-1]) / 13
    return _away_from(smooth, images, strengths)


def _posterize(images: Images, strengths: Amounts) -> Images:
    """Keep the highest bits of each value."""
    lost = np.rint(MOST_BITS_LOST * np.abs(strengths)).astype(np.uint8)[:, None, None, None]
    kept: Images = images >> lost << lost
    return kept


def _solarize(images: Images, strengths: Amounts) -> Images:
    """Turn all values from a threshold on into their opposites; the stronger, the lower it is."""
    thresholds = 256 * (1 - np.abs(strengths))[:, None, None, None]
    return np.where(images >= thresholds, 255 - images, images)


def _autocontrast(images: Images, _: Amounts) -> Images:
    """Stretch each channel until it reaches from 0 to 255; one of a single value stays."""
    lowest = images.min((1, 2), keepdims=True).astype(np.float32)
    spread = images.max((1, 2), keepdims=True) - lowest
    stretched = (images - lowest) * (255 / np.maximum(spread, 1))
    return np.where(spread > 0, np.rint(stretched), images).astype(np.uint8)


def _equalize(images: Images, _: Amounts) -> Images:
    """Spread the values of each channel evenly."""
    channels = np.ascontiguousarray(np.moveaxis(images, 3, 1))
    for picture in channels:
        for channel in picture:
            cv2.equalizeHist(channel, dst=channel)
    return np.moveaxis(channels, 1, 3)


def _grey(images: Images) -> NDArray[np.float32]:
    """Return the luma of each pixel (ITU-R BT.601), shape (N, height, width, 1)."""
    return images.astype(np.float32) @ np.array([[0.299], [0.587], [0.114]], np.float32)


def _away_from(origin: NDArray[np.float32], images: Images, strengths: Amounts) -> Images:
    """Multiply each picture's distance from ``origin`` by 1 + 0.9 × its strength."""
    factors = (1 + LARGEST_CHANGE * strengths).astype(np.float32)[:, None, None, None]
    changed: Images = np.clip(np.rint(origin + factors * (images - origin)), 0, 255).astype(np.uint8)
    return changed


OPERATIONS: Mapping[str, Operation] = {
    "identity": _identity,
    "rotate": _rotate,
    "shear x": _shear_x,
    "shear y": _shear_y,
    "translate x": _translate_x,
    "translate y": _translate_y,
    "brightness": _brightness,
    "contrast": _contrast,
    "colour": _colour,
    "sharpness": _sharpness,
    "posterize": _posterize,
    "solarize": _solarize,
    "equalize": _equalize,
    "autocontrast": _autocontrast,
}
"""The paper's fourteen."""
