"""The three ways in which a colour is three numbers: RGB, HSV and Lab."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

SpaceName = Literal["RGB", "HSV", "Lab"]
SPACES: tuple[SpaceName, ...] = get_args(SpaceName)

CHANNELS: Mapping[SpaceName, tuple[str, str, str]] = MappingProxyType(
    {
        "RGB": ("mean_red", "mean_green", "mean_blue"),
        "HSV": ("hue", "saturation", "mean_value"),
        "Lab": ("lightness", "green_red", "blue_yellow"),
    }
)
"""The attribute that a picture's mean in each channel is (:data:`cifar_core.data.attributes.ATTRIBUTES`)."""

SHORT: Mapping[SpaceName, tuple[str, str, str]] = MappingProxyType(
    {"RGB": ("red", "green", "blue"), "HSV": ("hue", "saturation", "value"), "Lab": ("L", "a", "b")}
)
"""What the channels themselves are called."""


def in_space(images: NDArray[np.uint8], space: SpaceName) -> NDArray[np.float32]:
    """Return pictures in another colour space.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    space : {"RGB", "HSV", "Lab"}
        RGB and V from 0 to 255, hue in degrees, saturation from 0 to 1; CIE L from 0 (black) to 100 (white), a from
        green (below 0) to red, b from blue (below 0) to yellow, for the white D65.

    Returns
    -------
    ndarray of float32, shape (N, H, W, 3)
    """
    import cv2

    values = images.astype(np.float32)
    if space == "RGB" or not images.size:
        return values
    code = cv2.COLOR_RGB2HSV if space == "HSV" else cv2.COLOR_RGB2Lab
    rows = values.reshape(-1, images.shape[2], 3)  # one tall picture
    if space == "Lab":
        rows /= 255
    return np.asarray(cv2.cvtColor(rows, code), np.float32).reshape(images.shape)
