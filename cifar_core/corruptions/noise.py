"""Noise: what a sensor adds in poor light, and what a fault in transmission does."""

import numpy as np

from cifar_core.corruptions.chance import Dice, Pictures, draw, normal, uniform


def gaussian_noise(pictures: Pictures, deviation: float, dice: Dice) -> Pictures:
    """Add normal noise to every value.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    deviation : float
        Of the noise, as a share of 255.
    dice : sequence of numpy.random.Generator
        One for each picture.
    """
    return pictures + np.float32(255 * deviation) * normal(dice, pictures.shape[1:])


def shot_noise(pictures: Pictures, photons: float, dice: Dice) -> Pictures:
    """Count photons: where a value of 255 means ``photons`` of them on the average.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    photons : float
        At full light, > 0; the fewer, the noisier.
    dice : sequence of numpy.random.Generator
        One for each picture.
    """
    light = iter(pictures * (photons / 255))
    return draw(dice, lambda die: die.poisson(next(light)).astype(np.float32)) * np.float32(255 / photons)


def impulse_noise(pictures: Pictures, share: float, dice: Dice) -> Pictures:
    """Set values to 0 or 255, half of them each (salt and pepper).

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    share : float
        Of the values that are set, 0 to 1.
    dice : sequence of numpy.random.Generator
        One for each picture.
    """
    drawn = uniform(dice, pictures.shape[1:])
    return np.where(drawn < share / 2, 0, np.where(drawn >= 1 - share / 2, 255, pictures)).astype(np.float32)
