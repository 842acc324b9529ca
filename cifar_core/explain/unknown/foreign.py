"""Pictures of none of the classes, made by the program: what should be called unlike."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.surroundings.swap import partners

Pictures = NDArray[np.uint8]

PATCH = 8
"""Pixels on each side of a patch that is moved: a picture has sixteen."""

_SHAPES = 3
"""In each picture of shapes."""


def noise(pictures: Pictures, rng: np.random.Generator) -> Pictures:
    """Draw every value of every pixel by chance, 0 to 255, each as likely as any other.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        Of which only the shape matters.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    return rng.integers(0, 256, pictures.shape, np.uint8)


def shapes(pictures: Pictures, rng: np.random.Generator) -> Pictures:
    """Draw an ellipse, a rectangle and a triangle of any colour and size, one above the other, on one colour.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        Of which only the shape matters.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    count, height, width = pictures.shape[:3]
    colours = rng.integers(0, 256, (count, 1 + _SHAPES, 3), np.uint8)
    drawn = np.broadcast_to(colours[:, :1, None], pictures.shape).copy()
    size = np.array([height, width])
    centres = rng.uniform(0, 1, (count, _SHAPES, 2)) * size
    halves = rng.uniform(0.12, 0.4, (count, _SHAPES, 2)) * size
    places = np.moveaxis(np.indices((height, width)), 0, -1) + 0.5
    for number in range(_SHAPES):
        away = (places - centres[:, number, None, None]) / halves[:, number, None, None]
        down, across = away[..., 0], np.abs(away[..., 1])
        inside = (
            down**2 + across**2 <= 1,
            np.maximum(np.abs(down), across) <= 1,
            (np.abs(down) <= 1) & (across <= (down + 1) / 2),
        )[number]
        drawn[inside] = np.broadcast_to(colours[:, None, None, 1 + number], pictures.shape)[inside]
    return drawn


def shuffled_patches(pictures: Pictures, rng: np.random.Generator) -> Pictures:
    """Cut each picture into patches of 8×8 pixels and lay them down in another order: its colours, but no object.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        H and W are multiples of 8.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    count, height, width, channels = pictures.shape
    down, across = height // PATCH, width // PATCH
    cut = pictures.reshape(count, down, PATCH, across, PATCH, channels).swapaxes(2, 3)
    patches = cut.reshape(count, down * across, PATCH, PATCH, channels)
    order = rng.permuted(np.tile(np.arange(down * across), (count, 1)), axis=1)
    moved = np.take_along_axis(patches, order[:, :, None, None, None], axis=1)
    laid = moved.reshape(count, down, across, PATCH, PATCH, channels).swapaxes(2, 3)
    return laid.reshape(pictures.shape)


def two_in_one(pictures: Pictures, rng: np.random.Generator) -> Pictures:
    """Lay each picture over another one of them, half as strong each.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        One alone is laid over itself.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    both = pictures.astype(np.uint16) + pictures[partners(len(pictures), rng)]
    return (both // 2).astype(np.uint8)


MADE: dict[str, Callable[[Pictures, np.random.Generator], Pictures]] = {
    "noise": noise,
    "shapes": shapes,
    "patches": shuffled_patches,
    "two": two_in_one,
}
"""What is made, of test pictures where they matter."""

CIFAR100 = "cifar100"

TITLES = {
    "noise": "noise",
    "shapes": "drawn shapes",
    "patches": "shuffled patches of test pictures",
    "two": "two test pictures in one",
    CIFAR100: "CIFAR-100's test pictures",
}
"""Every kind of foreign picture, in words, in the order in which they are shown."""
