"""Channels of 16 bits, read without losing any of them."""

import sys
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cifar_core.data.picture.limits import PictureProblem

_SUFFIXES = (";16B", ";16L", ";16N")
_KINDS = ("RGB", "RGBA", "RGBX", "CMYK", "LA")
_OTHER_ORDER = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}


def has_deep_colours(picture: Image.Image) -> bool:
    """Tell of an opened, not yet decoded picture whether it has 16-bit channels that Pillow would cut to 8."""
    rawmode = _rawmode(picture)
    return rawmode.endswith(_SUFFIXES) and rawmode[:-4] in _KINDS


def is_gray_with_alpha(picture: Image.Image) -> bool:
    """Tell of an opened, not yet decoded picture whether it is gray with transparency in 16 bits."""
    return _rawmode(picture) == "LA;16B"


def low_bytes(data: bytes, pillow: tuple[str, ...], rawmode: str | None = None) -> Image.Image:
    """Decode the lower bytes of 16-bit channels, of which Pillow keeps only the upper ones.

    The same decoder reads the file once more, with the two bytes of each number taken in the other order.

    Parameters
    ----------
    data : bytes
        The whole file.
    pillow : tuple of str
        Pillow's name of its format.
    rawmode : str, optional
        How the file's numbers are taken instead.

    Returns
    -------
    Image
        As large and of the same mode as the picture.
    """
    again = Image.open(BytesIO(data), formats=pillow)
    here = _rawmode(again)
    other = rawmode or here[:-1] + _OTHER_ORDER[here[-1]]
    again.tile = [
        tile._replace(args=(other, *tile.args[1:]) if isinstance(tile.args, tuple) else other)
        for tile in again.tile
    ]
    again.load()
    return again


def sixteen_bits(
    piece: Image.Image, low: Image.Image | None = None, *, gray_pairs: bool = False
) -> NDArray[np.uint16]:
    """Return the numbers of a piece of a picture with 16 bits per channel.

    Parameters
    ----------
    piece : Image
        Gray in one of Pillow's modes for whole numbers; or colours, of which it holds the upper bytes.
    low : Image, optional
        The lower bytes of colours.
    gray_pairs : bool
        Its four channels are upper and lower byte of gray, upper and lower byte of transparency.

    Returns
    -------
    ndarray of uint16, shape (h, w) or (h, w, channels)

    Raises
    ------
    PictureProblem
        They are numbers that nobody can say black and white of: with 32 bits, signed, or with a point.
    """
    values = np.asarray(piece)
    if gray_pairs:
        wide = values.astype(np.uint16)
        return np.asarray((wide[..., 0::2] << 8) | wide[..., 1::2], np.uint16)
    if low is not None:
        return np.asarray((values.astype(np.uint16) << 8) | np.asarray(low), np.uint16)
    if values.dtype.kind == "f" or values.min() < 0 or values.max() > 65_535:
        raise PictureProblem(
            "The picture holds measurements (signed, 32-bit or floating-point numbers), "
            "of which nobody can say what is black and what is white.",
            "Save it with 8 or 16 bits per channel.",
        )
    return values.astype(np.uint16)


def scale_to_8_bits(values: NDArray[np.uint16], largest: int = 65_535) -> NDArray[np.uint8]:
    """Round numbers from 0 to ``largest`` to 0–255: 65,535 becomes 255, each value the nearest (v / 257).

    Parameters
    ----------
    values : ndarray of uint16
        Any shape.
    largest : int
        The value that stands for white.

    Raises
    ------
    PictureProblem
        A value is larger.
    """
    if values.size and values.max() > largest:
        raise PictureProblem(f"The picture has values above {largest:,}, which its header does not allow.")
    wide = values.astype(np.uint32) * 255
    return ((wide + largest // 2) // largest).astype(np.uint8)


def _rawmode(picture: Image.Image) -> str:
    tiles = getattr(picture, "tile", None)
    if not tiles or tiles[0].codec_name == "ppm":
        return ""
    args = tiles[0].args
    rawmode = args if isinstance(args, str) else args[0] if args else ""
    return rawmode if isinstance(rawmode, str) else ""
