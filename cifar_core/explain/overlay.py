"""A heat map drawn over its picture."""

import io
from functools import lru_cache
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.spread import spread_maps

ColorMap = Literal["inferno", "viridis", "magma", "plasma", "cividis", "turbo"]
COLOR_MAPS: tuple[ColorMap, ...] = get_args(ColorMap)
"""All but ``turbo`` grow evenly brighter, so equal steps look equal, in gray too; ``inferno`` is the default."""

OVERLAY_SIDE = 640
"""Longer side of the drawn picture, at least, in pixels."""

SMOOTH_SIDE = 320
"""Longer side of what is interpolated, as a browser gets it: it enlarges the rest without a difference to be seen."""

_MOST_KEPT = 4 * OVERLAY_SIDE**2
"""Bytes of a picture whose PNG is remembered: all that are drawn of small ones, not an upload from a camera."""

_FINE = (
    cv2.IMWRITE_JPEG_QUALITY, 95,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
)  # fmt: skip
_ROWS_ALIKE = (
    (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP)
    if hasattr(cv2, "IMWRITE_PNG_FILTER")  # not in OpenCV 4.11
    else ()
)

OPACITY = 0.7
"""Of the strongest evidence, unless somebody chooses another."""


def color_table(color_map: ColorMap) -> NDArray[np.uint8]:
    """Return the 256 RGB colours of a colour map, shape (256, 3)."""
    ramp = np.arange(256, dtype=np.uint8)[:, None]
    code = getattr(cv2, f"COLORMAP_{color_map.upper()}")
    return np.asarray(cv2.applyColorMap(ramp, code)[:, 0, ::-1])


def color_index(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the row of a colour table, from 0 to 255, for each value from 0 to 1."""
    return np.rint(values * 255).astype(np.uint8)


def enlarge(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Repeat pixels until the longer side has at least ``side``; larger pictures pass unchanged.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3) or (H, W)
        Any picture, or the levels of one, with at least one pixel.
    side : int
        Wanted length of the longer side in pixels, at least 1.

    Returns
    -------
    ndarray of uint8, shape (k·H, k·W, 3) or (k·H, k·W)
        With the smallest whole k that is enough.
    """
    times = -(-side // max(rgb.shape[:2]))
    return rgb.repeat(times, axis=0).repeat(times, axis=1)


def enlarge_smoothly(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Interpolate until the longer side has at least ``side``: people see the edges of pixels before anything else.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        Any picture with at least one pixel.
    side : int
        Wanted length of the longer side in pixels, at least 1; larger pictures pass unchanged.

    Returns
    -------
    ndarray of uint8, shape (k·H, k·W, 3)
        As large as :func:`enlarge` makes it, by bicubic interpolation.
    """
    times = -(-side // max(rgb.shape[:2]))
    if times <= 1:
        return rgb
    size = (rgb.shape[1] * times, rgb.shape[0] * times)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def draw_overlay(
    shown: NDArray[np.uint8],
    heatmap: Heatmap,
    *,
    opacity: float = OPACITY,
    color_map: ColorMap = "inferno",
    smooth: bool = True,
) -> NDArray[np.uint8]:
    """Lay the heat map over the picture: the weaker the evidence, the more of the picture is seen.

    Parameters
    ----------
    shown : ndarray of uint8, shape (H, W, 3)
        The part of the picture that the network saw; enlarged if it is small.
    heatmap : Heatmap
        Its heat map, interpolated linearly between the centres of its cells: those that they have in the picture,
        where that is known; else as if they covered the picture evenly.
    opacity : float
        From 0 (picture only) to 1, where there is most evidence (a value of 1). Elsewhere it is as much less as the
        value is: where there is no evidence, the picture is as it was.
    color_map : str
        One of :data:`COLOR_MAPS`.
    smooth : bool
        How a small picture is enlarged: interpolated, or else with hard pixels.

    Returns
    -------
    ndarray of uint8, shape (H', W', 3)
        The longer side is at least 640 pixels. An empty heat map leaves the picture untouched: there is
        nothing to show.
    """
    picture = (enlarge_smoothly if smooth else enlarge)(shown, OVERLAY_SIDE)
    if heatmap.is_empty:
        return picture
    height, width = picture.shape[:2]
    levels = spread_maps(heatmap.values, place=heatmap.place, height=height, width=width)
    # OpenCV looks up and mixes within a millisecond; the same in NumPy takes ten times as long.
    colours = cv2.LUT(cv2.merge([color_index(levels)] * 3), color_table(color_map)[None])
    covered = levels * np.float32(opacity)
    return np.asarray(cv2.blendLinear(colours, picture, covered, 1 - covered))


def draw_levels(heatmap: Heatmap, height: int, width: int) -> NDArray[np.uint8]:
    """Return how much :func:`draw_overlay` lays over a picture, so that a browser can do it, with any opacity.

    Parameters
    ----------
    heatmap : Heatmap
        An empty one is 0 everywhere.
    height, width : int
        Size of the picture, of which the drawing keeps the shape; its longer side has :data:`SMOOTH_SIDE` pixels.

    Returns
    -------
    ndarray of uint8, shape (H, W)
        From 0, where there is no evidence, to 255, where there is most: a row of a colour table, and how opaque it is.
    """
    times = SMOOTH_SIDE / max(height, width)
    height, width = (max(1, round(times * side)) for side in (height, width))
    if heatmap.is_empty:
        return np.zeros((height, width), np.uint8)
    return color_index(spread_maps(heatmap.values, place=heatmap.place, height=height, width=width))


def draw_heatmap(heatmap: Heatmap, *, color_map: ColorMap = "inferno") -> NDArray[np.uint8]:
    """Return the heat map alone at its own resolution.

    Parameters
    ----------
    heatmap : Heatmap
        With values of shape (h, w); an empty one is of the lowest colour everywhere.
    color_map : str
        One of :data:`COLOR_MAPS`.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)
        RGB, a pixel for each cell.
    """
    return color_table(color_map)[color_index(heatmap.values)]


def draw_seen(
    pixels: NDArray[np.uint8], used: NDArray[np.bool_] | None, side: int, shade: float = 0.3
) -> NDArray[np.uint8]:
    """Draw what a network is given in hard pixels, and darken those that change no answer.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (H, W, 3)
        The network's input.
    used : ndarray of bool, shape (H, W), or None
        Which pixels have a way to the answer; ``None`` where nobody knows: then none is darkened.
    side : int
        Wanted length of the longer side, as for :func:`enlarge`.
    shade : float
        How bright the others are drawn, from 0 (black) to 1 (as they are).
    """
    if used is not None:
        pixels = np.where(used[..., None], pixels, np.rint(pixels * shade)).astype(np.uint8)
    return enlarge(pixels, side)


def draw_scale(color_map: ColorMap = "inferno") -> NDArray[np.uint8]:
    """Return the colours of a heat map in a strip of shape (10, 256, 3), from no evidence to most.

    Parameters
    ----------
    color_map : str
        One of :data:`COLOR_MAPS`.
    """
    return color_table(color_map)[None].repeat(10, axis=0)


def to_png(rgb: NDArray[np.uint8], *, hard: bool = False) -> bytes:
    """Encode an RGB picture as PNG; what was encoded lately is remembered for the next drawing.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The picture.
    hard : bool
        It was made larger by :func:`enlarge`: most rows are as the ones above, which takes half the time.
    """
    encode = _png if rgb.size <= _MOST_KEPT else _png.__wrapped__
    return encode(rgb.tobytes(), *rgb.shape[:2], hard)


@lru_cache(maxsize=32)
def _png(pixels: bytes, height: int, width: int, hard: bool) -> bytes:
    rgb = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    _, encoded = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), _ROWS_ALIKE if hard else ())
    return encoded.tobytes()


def to_jpeg(rgb: NDArray[np.uint8]) -> bytes:
    """Encode an RGB picture as JPEG of high quality, colours in full: for what is interpolated, and only looked at.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The picture.
    """
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), _FINE)
    return encoded.tobytes()


def levels_png(
    levels: NDArray[np.uint8], *, color_map: ColorMap = "inferno", transparent: bool = False
) -> bytes:
    """Encode levels in the colours of a map as PNG with a palette: a byte for each pixel, in place of three or four.

    Parameters
    ----------
    levels : ndarray of uint8, shape (H, W)
        Rows of the colour table, from 0 to 255.
    color_map : str
        One of :data:`COLOR_MAPS`.
    transparent : bool
        Whether each pixel is as opaque as its level is high; else all are opaque.
    """
    picture = Image.fromarray(levels)
    picture.putpalette(color_table(color_map).tobytes())
    look = {"transparency": bytes(range(256))} if transparent else {}
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=1, **look)
    return written.getvalue()
