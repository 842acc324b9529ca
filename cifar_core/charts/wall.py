"""A wall of small pictures, as the browser gets it."""

import base64
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray


def wall_pictures(
    images: NDArray[np.uint8], captions: Sequence[str], hover: Sequence[str]
) -> list[dict[str, str]]:
    """Return what a browser needs to draw each picture.

    The pictures travel as they are, pixel for pixel; how large they are drawn is the browser's to say.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, h, w, 3)
        RGB pictures.
    captions : sequence of str
        Beneath each; an empty string shows nothing.
    hover : sequence of str
        What each picture is, in words.

    Returns
    -------
    list of dict
        ``source`` (a PNG as ``data:`` URL), ``caption`` and ``hover`` of each.
    """
    return [
        {"source": _as_url(image), "caption": caption, "hover": told}
        for image, caption, told in zip(images, captions, hover, strict=True)
    ]


def _as_url(image: NDArray[np.uint8]) -> str:
    _, png = cv2.imencode(".png", image[..., ::-1])  # OpenCV writes BGR
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode("ascii")
