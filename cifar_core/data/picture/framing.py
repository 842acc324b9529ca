"""From a picture of any size to the exact pixels the network sees."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.reading import Framing

NETWORK_SIZE = 32
"""Side of the square that every network takes, in pixels."""

DISPLAY_SIZE = 768
"""Longest side of the part shown on screen; larger photographs are shrunk before they travel to the browser."""

PAD_VALUE = 127
"""Grey of the bars, in the middle of 0–255: as little of a signal as possible."""


@dataclass(frozen=True)
class CropBox:
    """The part of the picture that is used, in its pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class NetworkInput:
    """What the network sees of a picture.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (32, 32, 3)
        The exact RGB input.
    shown : ndarray of uint8, shape (h, w, 3)
        The same part of the picture at up to 768 pixels, to draw a heat map over.
    box : CropBox
        Which part of the picture that is.
    framing : {"crop", "stretch", "pad"}
        How the picture was made square.
    """

    pixels: NDArray[np.uint8]
    shown: NDArray[np.uint8]
    box: CropBox
    framing: Framing


def prepare(rgb: NDArray[np.uint8], framing: Framing = "crop") -> NetworkInput:
    """Make a picture 32×32.

    Shrinking averages over areas, so that no pixel of the picture is left out; enlarging interpolates.
    A picture that is 32×32 already is passed through unchanged.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        Any picture with at least one pixel.
    framing : {"crop", "stretch", "pad"}
        How to make it square.
    """
    box = _used(rgb, framing)
    part = _part(rgb, box)
    height, width = (
        (box.height, box.width) if max(box.height, box.width) <= DISPLAY_SIZE else _scaled(box, DISPLAY_SIZE)
    )
    shown = resize(part, height, width)
    return NetworkInput(
        network_pixels(rgb, framing),
        _pad(shown, max(height, width)) if framing == "pad" else shown,
        box,
        framing,
    )


def network_pixels(rgb: NDArray[np.uint8], framing: Framing) -> NDArray[np.uint8]:
    """Make a picture 32×32: the one way in which pictures of folders and uploads become what a network sees.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        Any picture with at least one pixel.
    framing : {"crop", "stretch", "pad"}
        How to make it square.

    Returns
    -------
    ndarray of uint8, shape (32, 32, 3)
    """
    box = _used(rgb, framing)
    part = _part(rgb, box)
    if framing == "pad":
        return _pad(resize(part, *_scaled(box, NETWORK_SIZE)), NETWORK_SIZE)
    return resize(part, NETWORK_SIZE, NETWORK_SIZE)


def _used(rgb: NDArray[np.uint8], framing: Framing) -> CropBox:
    height, width = rgb.shape[:2]
    if framing != "crop":
        return CropBox(0, 0, width, height)
    side = min(height, width)
    return CropBox((width - side) // 2, (height - side) // 2, side, side)


def _part(rgb: NDArray[np.uint8], box: CropBox) -> NDArray[np.uint8]:
    return rgb[box.top : box.top + box.height, box.left : box.left + box.width]


def resize(rgb: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Resize, averaging over areas along an axis that shrinks and interpolating along one that grows.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        Any picture with at least one pixel.
    height, width : int
        Wanted size in pixels, each at least 1.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        The very same array if it has this size already.
    """
    shape = rgb.shape[:2]
    smaller = (min(height, shape[0]), min(width, shape[1]))
    if smaller != shape:
        rgb = _resize(rgb, *smaller, area=True)
    if smaller != (height, width):
        # Small pictures in folders have always been enlarged by OpenCV's area method; their fingerprints stay.
        rgb = _resize(rgb, height, width, area=smaller == shape)
    return rgb


def _resize(rgb: NDArray[np.uint8], height: int, width: int, *, area: bool) -> NDArray[np.uint8]:
    import cv2  # takes a tenth of a second, which a page that shows no upload need not wait for

    method = cv2.INTER_AREA if area else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=method), dtype=np.uint8)


def _scaled(box: CropBox, side: int) -> tuple[int, int]:
    """Height and width with the longer one at ``side`` and the same proportions, at least one pixel each."""
    scale = side / max(box.height, box.width)
    return max(1, round(box.height * scale)), max(1, round(box.width * scale))


def _pad(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Centre a picture on a grey square."""
    square = np.full((side, side, 3), PAD_VALUE, np.uint8)
    top, left = (side - rgb.shape[0]) // 2, (side - rgb.shape[1]) // 2
    square[top : top + rgb.shape[0], left : left + rgb.shape[1]] = rgb
    return square
