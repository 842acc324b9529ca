"""Weather: snow, frost, fog, bright light."""

import numpy as np

from cifar_core.corruptions.blur import enlarged, smear
from cifar_core.corruptions.chance import Dice, Pictures, normal, uniform
from cifar_core.corruptions.texture import clouds, ice

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_ICE = np.array([0.86, 0.94, 1.0], np.float32)

Snow = tuple[float, float, float, float, int, float, float]


def snow(pictures: Pictures, level: Snow, dice: Dice) -> Pictures:
    """Let it snow: flakes fall in streaks, and the picture turns paler.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    level : tuple
        Mean and deviation of the flakes' brightness, their size, the brightness (0 to 1) from which one is seen,
        half the length of a streak and its deviation in pixels, and how much is left of the picture's own colours.
    dice : sequence of numpy.random.Generator
        One for each picture.
    """
    mean, deviation, size, seen, radius, fade, kept = level
    flakes = enlarged(mean + deviation * normal(dice, pictures.shape[1:3]), size)
    flakes = np.clip(np.where(flakes < seen, 0, flakes), 0, 1).astype(np.float32)
    flakes = smear(flakes, radius, fade, uniform(dice, (), 45, 135))
    pale = np.maximum(pictures, 1.5 * (pictures @ _LUMA)[..., None] + 127.5)
    both = flakes + flakes[:, ::-1, ::-1]
    return np.asarray(kept * pictures + np.float32(1 - kept) * pale + 255 * both[..., None])


def frost(pictures: Pictures, level: tuple[float, float], dice: Dice) -> Pictures:
    """Lay crystals of ice over a picture.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    level : tuple of float
        How much is left of the picture, and how much of the ice is added.
    dice : sequence of numpy.random.Generator
        One for each picture.
    """
    kept, added = level
    pane = ice(dice, pictures.shape[1])
    return np.float32(kept) * pictures + np.float32(255 * added) * pane[..., None] * _ICE


def fog(pictures: Pictures, level: tuple[float, float], dice: Dice) -> Pictures:
    """Lay clouds over a picture, darkened so that its brightest value stays what it was.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    level : tuple of float
        How thick the fog is, and how soft (:func:`~cifar_core.corruptions.texture.clouds`).
    dice : sequence of numpy.random.Generator
        One for each picture.
    """
    thick, decay = level
    brightest = pictures.max(axis=(1, 2, 3), keepdims=True)
    added = np.float32(255 * thick)
    foggy = pictures + added * clouds(dice, pictures.shape[1], decay)[..., None]
    return np.asarray(foggy * brightest / (brightest + added))


def brightness(pictures: Pictures, added: float, dice: Dice) -> Pictures:
    """Add to the value of HSV, hue and saturation kept: the strongest channel grows by just so much.

    Parameters
    ----------
    pictures : ndarray of float32, shape (N, 32, 32, 3)
        0 to 255.
    added : float
        As a share of 255.
    dice : sequence of numpy.random.Generator
        Not used: there is no chance in it.
    """
    value = pictures.max(axis=-1, keepdims=True)
    share = np.divide(pictures, value, out=np.ones_like(pictures), where=value > 0)
    return np.asarray(pictures + share * np.minimum(np.float32(255 * added), 255 - value))
