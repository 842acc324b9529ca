"""From canvas to picture: shrinking, light on the subject, and what a cheap camera adds."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from cifar_core.drawn.canvas import Canvas
from cifar_core.drawn.dice import Dice

PICTURE = 32
"""Side of a picture in pixels."""

_Floats = NDArray[np.float32]


def texture(dice: Dice, rows: int, columns: int) -> _Floats:
    """Return soft noise for a whole picture.

    Parameters
    ----------
    dice : Dice
        Chooses the noise.
    rows, columns : int
        How many independent values, down and across; what lies between is interpolated. More give finer grain.

    Returns
    -------
    ndarray of float32, shape (32, 32)
        In [-1, 1].
    """
    grid = dice.grid(rows, columns)
    noise: _Floats = cv2.resize(grid, (PICTURE, PICTURE), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return noise


def _relief(mask: NDArray[np.uint8], dice: Dice) -> _Floats:
    """Return the factor by which light from one side brightens the subject, shape (32, 32).

    The softened outline is taken for a hill: slopes that face the light are bright.
    """
    hill = cv2.GaussianBlur(mask, (7, 7), 2).astype(np.float32)
    angle = dice.between(-2.9, -0.25)  # the light comes from above, left or right
    slope_x = np.zeros_like(hill)
    slope_y = np.zeros_like(hill)
    slope_x[:, 1:-1] = hill[:, 2:] - hill[:, :-2]
    slope_y[1:-1] = hill[2:] - hill[:-2]
    strength = dice.between(0.0015, 0.006)
    facing = slope_x * np.float32(-math.cos(angle) * strength) + slope_y * np.float32(
        -math.sin(angle) * strength
    )
    lit: _Floats = np.clip(1 + facing, 0.45, 1.5)
    return lit


def develop(canvas: Canvas, dice: Dice, *, fur: float) -> NDArray[np.uint8]:
    """Turn a canvas into a picture.

    Parameters
    ----------
    canvas : Canvas
        Everything drawn.
    dice : Dice
        Chooses light direction, exposure, colour cast, contrast, blur and noise.
    fur : float
        How strongly the subject's surface is mottled, 0 (paint) to 0.3 (coat).

    Returns
    -------
    ndarray of uint8, shape (32, 32, 3)
        The picture, RGB.
    """
    small = cv2.resize(canvas.pixels, (PICTURE, PICTURE), interpolation=cv2.INTER_AREA)
    mask = small[..., 3].astype(np.uint8)
    factor = _relief(mask, dice)
    if fur:
        factor = factor * (1 + texture(dice, 20, 20) * np.float32(fur))
    factor = 1 + (factor - 1) * (mask * np.float32(1 / 255))
    picture = small[..., :3] * factor[..., None]

    exposure = dice.between(0.84, 1.14)
    contrast = dice.between(0.86, 1.2)
    warm = dice.between(-0.07, 0.07)
    gain = np.array((exposure * (1 + warm), exposure, exposure * (1 - warm)), np.float32) * np.float32(
        contrast
    )
    picture = picture * gain + np.float32((1 - contrast) * 118 * exposure)
    if dice.chance(0.25):  # a gradient of light over the whole picture
        across = np.linspace(1 - dice.between(0, 0.3), 1 + dice.between(0, 0.2), PICTURE, dtype=np.float32)
        picture = picture * (across[None, :, None] if dice.chance(0.5) else across[:, None, None])
    saturation = dice.between(0.65, 1.15)
    grey = (picture[..., 0] + picture[..., 1] + picture[..., 2]) * np.float32((1 - saturation) / 3)
    picture = picture * np.float32(saturation) + grey[..., None]

    if dice.chance(0.18):
        softness = dice.between(0.35, 0.7)
        kernel = (3, 3)
        picture = cv2.GaussianBlur(np.clip(picture, 0, 255).astype(np.uint8), kernel, softness).astype(
            np.float32
        )
    noise = dice.grid(PICTURE * PICTURE, 3).reshape(PICTURE, PICTURE, 3)
    picture = picture + noise * np.float32(dice.between(2, 8))
    developed: NDArray[np.uint8] = np.clip(picture, 0, 255).astype(np.uint8)
    return developed
