"""Blur: out of focus, behind frosted glass, in motion, in zoom."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cifar_core.corruptions.chance import Dice, Pictures, draw, each, uniform


def defocus_blur(pictures: Pictures, level: tuple[float, float], dice: Dice) -> Pictures:
    """Spread every pixel over a disk, as a lens out of focus does.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    level : tuple of float
        Radius of the disk in pixels, and deviation of the Gaussian that softens its edge.
    dice : sequence of numpy.random.Generator
        Not used: there is no chance in it.
    """
    radius, softness = level
    reach = np.arange(-3, 4)
    disk = (reach[:, None] ** 2 + reach**2 <= radius**2).astype(np.float32)
    kernel = cv2.GaussianBlur(disk / disk.sum(), (3, 3), softness)
    return each(lambda picture: np.asarray(cv2.filter2D(picture, -1, kernel)), pictures)


def glass_blur(pictures: Pictures, level: tuple[float, int, int], dice: Dice) -> Pictures:
    """Blur, swap pixels with neighbours, blur again: frosted glass.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    level : tuple
        Deviation of the blur in pixels, how far a pixel is swapped at most, and how many times each is.
    dice : sequence of numpy.random.Generator
        One for each picture.
    """
    deviation, far, rounds = level
    rows, columns = pictures.shape[1:3]
    inner = (rounds, rows - 2 * far, columns - 2 * far, 2)
    steps = draw(dice, lambda die: die.integers(-far, far + 1, inner).astype(np.float32)).astype(np.int64)
    every = np.arange(len(pictures))
    # Where each pixel comes from; the swaps follow one another, so that one pixel may travel.
    source = np.tile(np.arange(rows * columns), (len(pictures), 1))
    for turn in range(rounds):
        for row in range(rows - far - 1, far - 1, -1):
            for column in range(columns - far - 1, far - 1, -1):
                down, right = steps[:, turn, row - far, column - far].T
                here, there = row * columns + column, (row + down) * columns + column + right
                source[every, there], source[:, here] = source[:, here].copy(), source[every, there]
    blurred = _gaussian(pictures, deviation).reshape(len(pictures), -1, 3)
    swapped = np.take_along_axis(blurred, source[..., None], axis=1)
    return _gaussian(swapped.reshape(pictures.shape), deviation)


def _gaussian(pictures: Pictures, deviation: float) -> Pictures:
    return each(lambda picture: np.asarray(cv2.GaussianBlur(picture, (0, 0), deviation)), pictures)


def motion_blur(pictures: Pictures, level: tuple[int, float], dice: Dice) -> Pictures:
    """Smear along a line, up to 45° up or down: the camera moved.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    level : tuple
        Half the length of the smear and its deviation, in pixels.
    dice : sequence of numpy.random.Generator
        One for each picture: its angle.
    """
    return smear(pictures, *level, uniform(dice, (), -45, 45))


def smear(
    pictures: NDArray[np.float32], radius: int, deviation: float, angles: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Smear each picture along a line of its own.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, h, w) or (N, h, w, 3)
        Any values.
    radius : int
        The smear is ``2 * radius + 1`` pixels long.
    deviation : float
        Of the half Gaussian by which it fades, in pixels.
    angles : ndarray of float32, shape (N,)
        Degrees; 0 lies along the rows.
    """
    smeared = np.empty_like(pictures)
    for place, picture, angle in zip(smeared, pictures, angles, strict=True):
        place[...] = cv2.filter2D(picture, -1, _line(radius, deviation, float(angle)))
    return smeared


def _line(radius: int, deviation: float, angle: float) -> NDArray[np.float32]:
    """Return the kernel of a smear: each of its points is shared among the four pixels around it."""
    length = min(2 * radius, int(np.ceil(4 * deviation)))  # nothing is left of it farther on
    along = np.arange(length + 1)
    weights = np.exp(-(along**2) / (2 * deviation**2))
    kernel = np.zeros((2 * length + 3, 2 * length + 3), np.float32)
    across, down = np.cos(np.radians(angle)) * along, np.sin(np.radians(angle)) * along
    left, top = np.floor(across).astype(int), np.floor(down).astype(int)
    for right, across_share in ((0, left + 1 - across), (1, across - left)):
        for below, down_share in ((0, top + 1 - down), (1, down - top)):
            place = (top + below + length + 1, left + right + length + 1)
            np.add.at(kernel, place, weights * across_share * down_share)
    return np.asarray(kernel / kernel.sum())


def zoom_blur(pictures: Pictures, most: float, dice: Dice) -> Pictures:
    """Take the mean of the picture in steps of zoom: the lens was zoomed while the shutter was open.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    most : float
        The last zoom, > 1; each step is 0.01.
    dice : sequence of numpy.random.Generator
        Not used: there is no chance in it.
    """
    factors = 1 + 0.01 * np.arange(1, round(100 * (most - 1)) + 1)
    total = 2 * pictures  # the picture itself, and zoom 1
    for factor in factors:
        total += enlarged(pictures, float(factor))
    return total / np.float32(len(factors) + 2)


def enlarged(pictures: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Enlarge pictures about their centre, cut to the size they had; interpolated linearly.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, h, w) or (N, h, w, 3)
        Any values.
    factor : float
        How many times as large, ``>= 1``.
    """
    rows, columns = pictures.shape[1:3]
    middle = (np.array([columns, rows]) - 1) / 2
    table = np.column_stack([np.eye(2) / factor, middle * (1 - 1 / factor)])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = np.empty_like(pictures)
    for place, picture in zip(found, pictures, strict=True):
        place[...] = cv2.warpAffine(
            picture, table, (columns, rows), flags=flags, borderMode=cv2.BORDER_REFLECT_101
        )
    return found
