"""Maps that know nothing of the network: what a heat map has to beat."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

Maps = NDArray[np.float32]
"""Of shape (N, H, W): heat at each pixel of N pictures, from 0 on."""

BLOB_SIGMA = 4.0
"""Of the Gaussian that blurs a random map, in pixels of 32: its spots are as large as those of an 8×8 map."""


def random_maps(shape: tuple[int, int, int], rng: np.random.Generator) -> Maps:
    """Give every pixel a heat by chance.

    Parameters
    ----------
    shape : (int, int, int)
        Number of maps, height, width.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    return rng.random(shape, np.float32)


def blurred_random_maps(shape: tuple[int, int, int], rng: np.random.Generator) -> Maps:
    """Blur random maps, so that they are as smooth as heat maps are.

    Measures that take pixels away favour maps with large spots, whatever these mark: whole parts of the picture go, and
    not single pixels that their neighbours tell.

    Parameters
    ----------
    shape : (int, int, int)
        Number of maps, height, width.
    rng : numpy.random.Generator
        Where chance comes from.

    References
    ----------
    J. Song, K. Cha and J. Seo, "On Pitfalls of RemOve-And-Retrain: Data Processing Inequality Perspective", 2023,
    arXiv:2304.13836: removal favours blurry maps, ROAD too.
    """
    noise = rng.standard_normal(shape).astype(np.float32)
    blurred = np.stack(
        [cv2.GaussianBlur(one, (0, 0), BLOB_SIGMA, borderType=cv2.BORDER_REFLECT) for one in noise]
    )
    return np.asarray(blurred - blurred.min(axis=(1, 2), keepdims=True), np.float32)


def centre_maps(shape: tuple[int, int, int], rng: np.random.Generator) -> Maps:
    """Mark the middle of the picture, where people put what they photograph.

    Parameters
    ----------
    shape : (int, int, int)
        Number of maps, height, width.
    rng : numpy.random.Generator
        Not asked: these maps are always the same.

    Returns
    -------
    ndarray of float32, shape (N, H, W)
        1 in the middle, 0 in the corners, falling with the distance.
    """
    number, height, width = shape
    down, across = (np.abs(np.arange(side) - (side - 1) / 2) for side in (height, width))
    far = np.hypot(down[:, None], across)
    heat = (1 - far / max(float(far.max()), 1e-9)).astype(np.float32)
    return np.asarray(np.broadcast_to(heat, (number, height, width)))


BASELINES: Mapping[str, Callable[[tuple[int, int, int], np.random.Generator], Maps]] = MappingProxyType(
    {"random": random_maps, "blurred random": blurred_random_maps, "centre": centre_maps}
)
"""By the name that tables give them."""
