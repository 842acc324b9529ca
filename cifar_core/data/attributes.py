"""What can be measured on a picture without knowing what it shows: brightness, contrast, colours, sharpness."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.colour_spaces import in_space
from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.derived import Arrays, DerivedArrays

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_PICTURES_AT_ONCE = 128  # few enough to stay in the processor's cache


@dataclass(frozen=True)
class Attribute:
    """One thing that is measured on every picture.

    Attributes
    ----------
    name : str
        What it is called.
    low, high : float
        Between which it lies.
    help : str
        What it is, in a line.
    sliced : bool
        Whether slices are made of it: not where another attribute says nearly the same.
    """

    name: str
    low: float
    high: float
    help: str
    sliced: bool = True


_ROWS = (
    Attribute("brightness", 0, 255, "mean luma: 0 is black, 255 white"),
    Attribute("contrast", 0, 127.5, "standard deviation of luma within the picture"),
    Attribute("saturation", 0, 1, "mean saturation (HSV): 0 is grey"),
    Attribute(
        "hue", 0, 360, "mean hue in degrees, strong colours counting more: 0 is red, 120 green, 240 blue"
    ),
    Attribute("sharpness", 0, 1_300_500, "variance of the Laplacian of luma: low for blurred pictures"),
    Attribute("colourfulness", 0, 255, "Hasler and Süsstrunk's measure: 0 is grey, 60 and more is vivid"),
    Attribute("blue", 0, 1, "share of pixels in which blue is the strongest channel"),
    Attribute("border", -255, 255, "luma of the outer pixels minus luma of the middle 16 × 16"),
    Attribute("mean_red", 0, 255, "mean of the red channel", sliced=False),
    Attribute("mean_green", 0, 255, "mean of the green channel", sliced=False),
    Attribute("mean_blue", 0, 255, "mean of the blue channel", sliced=False),
    Attribute("mean_value", 0, 255, "mean value (HSV): the strongest channel of each pixel", sliced=False),
    Attribute("lightness", 0, 100, "mean L of CIE Lab: 0 is black, 100 white", sliced=False),
    Attribute("green_red", -128, 128, "mean a of CIE Lab: below 0 green, above red", sliced=False),
    Attribute("blue_yellow", -128, 128, "mean b of CIE Lab: below 0 blue, above yellow", sliced=False),
)

ATTRIBUTES: Mapping[str, Attribute] = MappingProxyType({row.name: row for row in _ROWS})
"""All that is measured, by name."""


def attributes_of(dataset: Dataset, split: SplitName, cache_dir: Path) -> Arrays:
    """Read what was measured on the pictures of a split, measuring first when that was not done yet.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the file in the cache.
    split : {"train", "test"}
        Which split.
    cache_dir : Path
        ``Settings.cache_dir``.

    Returns
    -------
    mapping of str to ndarray of float32, shape (N,)
        As :func:`measure_attributes` has it. Sixty thousand pictures take four seconds once.
    """
    images = dataset.split(split).images
    shapes = dict.fromkeys(ATTRIBUTES, (len(images),))
    kept = DerivedArrays(dataset, split, "attributes", shapes, cache_dir)
    return kept.stored_or(lambda: measure_attributes(images))


def measure_attributes(images: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """Measure every attribute of every picture.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures of at least 3 × 3 pixels.

    Returns
    -------
    dict of str to ndarray of float32, shape (N,)
        In the order and ranges of :data:`ATTRIBUTES`.

    References
    ----------
    Colourfulness: D. Hasler, S. Süsstrunk, "Measuring colorfulness in natural images", Human Vision and Electronic
    Imaging VIII (2003), doi:10.1117/12.477378. Sharpness: J. L. Pech-Pacheco et al., "Diatom autofocusing in
    brightfield microscopy", ICPR 2000, doi:10.1109/ICPR.2000.903548. Luma: Recommendation ITU-R BT.601.
    """
    parts = [
        _measure(images[start : start + _PICTURES_AT_ONCE])
        for start in range(0, max(1, len(images)), _PICTURES_AT_ONCE)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in ATTRIBUTES}


def _measure(pictures: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    images = in_space(pictures, "RGB")
    lab = _mean_colour(in_space(pictures, "Lab"))
    red, green, blue = images[..., 0], images[..., 1], images[..., 2]
    luma = images @ _LUMA
    pixels = (1, 2)
    # Along an axis of three NumPy takes thirty times as long.
    brightest = np.maximum(np.maximum(red, green), blue)
    chroma = brightest - np.minimum(np.minimum(red, green), blue)
    middle = luma[:, _middle(luma.shape[1]), _middle(luma.shape[2])]
    around = luma.sum(axis=pixels) - middle.sum(axis=pixels)
    around_pixels = luma[0].size - middle[0].size if len(luma) else 1
    found = {
        "brightness": luma.mean(axis=pixels),
        "contrast": luma.std(axis=pixels),
        "saturation": (chroma / np.maximum(brightest, 1)).mean(axis=pixels),
        "hue": _mean_hue(red, green, blue),
        "sharpness": _laplacian(luma).var(axis=pixels),
        "colourfulness": _colourfulness(red, green, blue),
        "blue": ((blue > red) & (blue > green)).mean(axis=pixels),
        "border": around / max(1, around_pixels) - middle.mean(axis=pixels),
        "mean_red": red.mean(axis=pixels),
        "mean_green": green.mean(axis=pixels),
        "mean_blue": blue.mean(axis=pixels),
        "mean_value": brightest.mean(axis=pixels),
        "lightness": np.clip(lab[:, 0], 0, 100),
        "green_red": lab[:, 1],
        "blue_yellow": lab[:, 2],
    }
    return {name: np.asarray(values, np.float32) for name, values in found.items()}


def _middle(size: int) -> slice:
    """Return where the middle half of a side lies."""
    return slice(size // 4, size - size // 4)


def _mean_colour(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of each channel, shape (N, 3): pixel after pixel, of all pictures at once."""
    pictures, rows, columns, _ = images.shape
    by_pixel = np.ascontiguousarray(images.reshape(pictures, rows * columns, 3).swapaxes(0, 1))
    return np.asarray(by_pixel.sum(axis=0) / np.float32(rows * columns))


def _mean_hue(
    red: NDArray[np.float32], green: NDArray[np.float32], blue: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the direction of the mean colour on the colour circle; 0 for a grey picture.

    The mean of angles would find that two reds at 350° and 10° are cyan; the mean of their directions is red.
    """
    across = (red - (green + blue) / 2).mean(axis=(1, 2))
    along = (np.sqrt(3) / 2 * (green - blue)).mean(axis=(1, 2))
    return np.asarray(np.degrees(np.arctan2(along, across)) % 360)


def _laplacian(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    inner = luma[:, 1:-1, 1:-1]
    return luma[:, :-2, 1:-1] + luma[:, 2:, 1:-1] + luma[:, 1:-1, :-2] + luma[:, 1:-1, 2:] - 4 * inner


def _colourfulness(
    red: NDArray[np.float32], green: NDArray[np.float32], blue: NDArray[np.float32]
) -> NDArray[np.float32]:
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    pixels = (1, 2)
    spread = np.hypot(red_green.std(axis=pixels), yellow_blue.std(axis=pixels))
    distance = np.hypot(red_green.mean(axis=pixels), yellow_blue.mean(axis=pixels))
    return np.asarray(spread + 0.3 * distance)
