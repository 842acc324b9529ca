"""Chance that belongs to a picture: the same picture is always changed in the same way."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.float32]
"""Shape (N, 32, 32, 3), RGB, 0 to 255."""

Dice = Sequence[np.random.Generator]
"""A generator for each picture."""


def dice_of(numbers: NDArray[np.int64], seed: int) -> Dice:
    """Return a generator for each picture, seeded by its number: in whatever company it is changed, chance is the same.

    Parameters
    ----------
    numbers : ndarray of int64, shape (N,)
        Of the pictures in their data set, ``>= 0``.
    seed : int
        ``>= 0``; another one for another draw.
    """
    return [np.random.default_rng([seed, int(number)]) for number in numbers]


def draw(dice: Dice, one: Callable[[np.random.Generator], NDArray[np.float32]]) -> NDArray[np.float32]:
    """Draw something for each picture.

    Parameters
    ----------
    dice : sequence of numpy.random.Generator
        From :func:`dice_of`, N of them.
    one : callable
        What is drawn for one picture.

    Returns
    -------
    ndarray of float32, shape (N, …)
    """
    return np.stack([one(die) for die in dice]).astype(np.float32, copy=False)


def normal(dice: Dice, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Draw normal values of mean 0 and deviation 1.

    Parameters
    ----------
    dice : sequence of numpy.random.Generator
        From :func:`dice_of`, N of them.
    shape : tuple of int
        Of one picture's values.

    Returns
    -------
    ndarray of float32, shape (N, …)
    """
    return draw(dice, lambda die: die.standard_normal(shape, dtype=np.float32))


def uniform(dice: Dice, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0) -> NDArray[np.float32]:
    """Draw values that are equally probable between two ends.

    Parameters
    ----------
    dice : sequence of numpy.random.Generator
        From :func:`dice_of`, N of them.
    shape : tuple of int
        Of one picture's values.
    low, high : float
        The ends.

    Returns
    -------
    ndarray of float32, shape (N, …)
    """
    return low + (high - low) * draw(dice, lambda die: die.random(shape, dtype=np.float32))


def each(change: Callable[[NDArray[np.float32]], NDArray[np.float32]], pictures: Pictures) -> Pictures:
    """Change picture by picture: OpenCV takes one at a time, in some ten microseconds.

    Parameters
    ----------
    change : callable
        Changes one picture, shape (32, 32, 3).
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        The pictures.
    """
    changed = np.empty_like(pictures)
    for place, picture in zip(changed, pictures, strict=True):
        place[...] = change(picture)
    return changed
