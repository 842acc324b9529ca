"""How the camera was held, as it noted in EXIF or XMP."""

import re
import struct

import numpy as np
from numpy.typing import NDArray

UPRIGHT = 1
_TAG = 0x0112
_MOST_ENTRIES = 500


def orientation_of(exif: bytes, xmp: bytes = b"") -> int:
    r"""Read the orientation, 1 to 8; 1 is upright, and stands for all that is damaged.

    Only this one value is read: a directory of 64 kB whose entries all point to the same bytes would otherwise unfold
    to hundreds of megabytes.

    Parameters
    ----------
    exif : bytes
        A block of EXIF data, with or without ``Exif\0\0`` before it.
    xmp : bytes
        A block of XMP data, asked where EXIF says nothing.
    """
    block = exif[6:] if exif.startswith(b"Exif\0") else exif
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    try:
        if order is not None:
            (start,) = struct.unpack_from(f"{order}I", block, 4)
            (entries,) = struct.unpack_from(f"{order}H", block, start)
            for number in range(min(entries, _MOST_ENTRIES)):
                tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, start + 2 + 12 * number)
                if tag == _TAG and kind == 3:
                    return value if 1 <= value <= 8 else UPRIGHT
    except struct.error:
        return UPRIGHT
    noted = re.search(rb"tiff:Orientation(?:=\"|>)([1-8])", xmp[:MAX_XMP])
    return int(noted[1]) if noted else UPRIGHT


MAX_XMP = 65_536
"""Bytes of XMP that are searched."""


def turned(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Turn a picture upright.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (H, W, 3)
        As it is stored.
    orientation : int
        1 to 8, as EXIF counts.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3) or (W, H, 3)
    """
    if orientation >= 5:  # stored lying on its side
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels
