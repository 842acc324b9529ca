"""The built-in sample: the ten classes, drawn by the project itself.

It is what a machine without any data set shows, and what the tests run on. It is not CIFAR-10: every picture is
made here, from shapes on backgrounds, so that a person names most of them at a glance and a small network makes
the natural mistakes (cat and dog, automobile and truck, deer and horse).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.craft import airplane, ship
from cifar_core.drawn.dice import Dice
from cifar_core.drawn.finish import PICTURE, develop
from cifar_core.drawn.grazers import deer, horse
from cifar_core.drawn.pets import cat, dog
from cifar_core.drawn.road_vehicles import automobile, truck
from cifar_core.drawn.small_animals import bird, frog
from cifar_core.labels import CIFAR10_CLASSES

_TEST_STREAM = 10**12
"""Number of the first test picture: no training split ever gets there."""

_PAINTERS: tuple[tuple[Callable[[Dice], Canvas], float], ...] = (
    (airplane, 0.0),
    (automobile, 0.0),
    (bird, 0.08),
    (cat, 0.1),
    (deer, 0.07),
    (dog, 0.1),
    (frog, 0.1),
    (horse, 0.07),
    (ship, 0.0),
    (truck, 0.0),
)
"""For each label, what draws it and how strongly its surface is mottled."""


def draw_picture(label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Draw one picture.

    Parameters
    ----------
    label : int
        Class index, 0 to 9, in the order of :data:`cifar_core.labels.CIFAR10_CLASSES`.
    rng : numpy.random.Generator
        Chooses everything else.

    Returns
    -------
    ndarray of uint8, shape (32, 32, 3)
        The picture, RGB.
    """
    paint, fur = _PAINTERS[label]
    dice = Dice(rng)
    return develop(paint(dice), dice, fur=fur)


def draw_split(count: int, *, seed: int, first: int = 0) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw pictures ``first`` to ``first + count - 1`` of the endless series that belongs to a seed.

    Picture ``i`` depends on ``(seed, i)`` alone. Each run of ten (0–9, 10–19, …) holds every class once, shuffled.

    Parameters
    ----------
    count : int
        How many pictures, 0 or more.
    seed : int
        Which series, 0 or more.
    first : int
        Number of the first picture.

    Returns
    -------
    images : ndarray of uint8, shape (count, 32, 32, 3)
        RGB pictures.
    labels : ndarray of int64, shape (count,)
        Class index of each, 0 to 9.
    """
    classes = len(CIFAR10_CLASSES)
    images = np.empty((count, PICTURE, PICTURE, 3), np.uint8)
    labels = np.empty(count, np.int64)
    order: list[int] = []
    for row in range(count):
        deck, card = divmod(first + row, classes)
        if not order or card == 0:
            order = np.argsort(np.random.default_rng((seed, 0, deck)).random(classes), kind="stable").tolist()
        labels[row] = order[card]
        images[row] = draw_picture(order[card], np.random.default_rng((seed, 1, first + row)))
    return images, labels


def drawn_arrays(
    train: int = 2000, test: int = 500, seed: int = 0
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Draw a training and a test split that share no picture.

    Parameters
    ----------
    train, test : int
        How many pictures each.
    seed : int
        Which series, 0 or more. A larger split with the same seed starts with the pictures of a smaller one.

    Returns
    -------
    train_images, train_labels, test_images, test_labels : ndarray
        As from :func:`draw_split`.
    """
    train_images, train_labels = draw_split(train, seed=seed)
    test_images, test_labels = draw_split(test, seed=seed, first=_TEST_STREAM)
    return train_images, train_labels, test_images, test_labels


__all__ = ["draw_picture", "draw_split", "drawn_arrays"]
