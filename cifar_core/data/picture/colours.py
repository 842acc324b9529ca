"""From the pixels of any kind of picture to 8-bit sRGB, piece by piece."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cifar_core.data.picture import changes
from cifar_core.data.picture.depth import scale_to_8_bits, sixteen_bits
from cifar_core.data.picture.profile import conversion

BACKGROUNDS = {"white": (255, changes.ON_WHITE), "black": (0, changes.ON_BLACK)}
"""What is seen through transparent parts: its value in all three channels, and what to say."""

_BASE = {"1": "L", "L": "L", "LA": "L", "La": "L", "CMYK": "CMYK", "LAB": "LAB"}
_EIGHTH = 65_536 // 8

Alpha = NDArray[np.uint8] | None


@dataclass(frozen=True)
class Encoding:
    """How the numbers in a file are meant, as far as Pillow does not see to it.

    Attributes
    ----------
    mode : str
        Pillow's mode of the decoded picture.
    profile : bytes
        Its colour profile; empty if it has none.
    bits : int
        Of a channel.
    inverted : bool
        Gray counts from white to black.
    key : int or tuple of int or None
        The one gray or colour that is transparent, in the file's own numbers.
    gray_pairs : bool
        The channels of an RGBA picture are gray and alpha, each as upper and lower byte.
    """

    mode: str
    profile: bytes = b""
    bits: int = 8
    inverted: bool = False
    key: int | tuple[int, ...] | None = None
    gray_pairs: bool = False


class Converter:
    """Converts the pieces of one picture to RGB and remembers what it had to change.

    Parameters
    ----------
    encoding : Encoding
        How the numbers are meant.
    background : {"white", "black"}
        What is seen through transparent parts.
    """

    def __init__(self, encoding: Encoding, background: str) -> None:
        self._encoding = encoding
        self._base = (
            "L" if encoding.gray_pairs or encoding.mode.startswith("I") else _BASE.get(encoding.mode, "RGB")
        )
        self._colours = conversion(encoding.profile, self._base)
        self._background, self._on_background = BACKGROUNDS[background]
        self._transparent = False
        self._brightest: int | None = None  # of 16-bit values

    def convert(self, piece: Image.Image, low: Image.Image | None = None) -> NDArray[np.uint8]:
        """Convert a piece of the picture.

        Parameters
        ----------
        piece : Image
            Decoded pixels, in the mode of the picture.
        low : Image, optional
            The lower bytes of the same pixels, where they have 16 bits.

        Returns
        -------
        ndarray of uint8, shape (h, w, 3)

        Raises
        ------
        PictureProblem
            Its values are no colours: numbers with 32 bits, or with a point.
        """
        deep = low is not None or self._encoding.gray_pairs or piece.mode[0] in "IF"
        base, alpha = self._deep(piece, low) if deep else self._flat(piece)
        if base.mode != self._colours.mode:
            base = base.convert(self._colours.mode)
        transform = self._colours.transform
        rgb = np.asarray(base.convert("RGB") if transform is None else transform.apply(base))
        if alpha is None or alpha.min() == 255:
            return rgb
        self._transparent = True
        share = alpha.astype(np.uint16)[..., None]
        mixed = rgb * share + np.uint16(self._background) * (255 - share)
        return ((mixed + 127) // 255).astype(np.uint8)

    def said(self) -> tuple[str, ...]:
        """Say what was changed in all pieces so far."""
        found = []
        if self._brightest is not None:
            found.append(changes.DEEP)
            if self._brightest < _EIGHTH:
                found.append(changes.DARK)
        if self._base == "CMYK":
            found.append(changes.INKS)
        elif self._base == "LAB":
            found.append(changes.LAB)
        if self._colours.change is not None:
            found.append(self._colours.change)
        if self._base == "L":
            found.append(changes.GRAY)
        if self._transparent:
            found.append(self._on_background)
        return tuple(found)

    def _flat(self, piece: Image.Image) -> tuple[Image.Image, Alpha]:
        """Take a piece of 8 bits, or fewer, apart into colours and transparency."""
        if self._encoding.key is not None and piece.mode in ("1", "L", "RGB"):
            base = piece.convert(self._base)
            largest = 2**self._encoding.bits - 1  # a gray of 4 bits has been spread to 0–255, its key has not
            key = np.atleast_1d(self._encoding.key) & largest
            return base, _opaque_except(np.asarray(base), key * 255 // largest)
        if piece.has_transparency_data:
            layered = piece.convert("RGBA")
            colours = layered.getchannel("R") if self._base == "L" else layered.convert("RGB")
            return colours, np.asarray(layered.getchannel("A"))
        return piece.convert(self._base), None

    def _deep(self, piece: Image.Image, low: Image.Image | None) -> tuple[Image.Image, Alpha]:
        """Take a piece of 16 bits apart into colours and transparency, both rounded to 8 bits."""
        values = sixteen_bits(piece, low, gray_pairs=self._encoding.gray_pairs)
        alpha = None
        if self._encoding.key is not None:
            alpha = _opaque_except(values, np.atleast_1d(self._encoding.key))
        if piece.mode == "RGBA":
            alpha = scale_to_8_bits(values[..., -1])
            values = values[..., 0] if self._base == "L" else values[..., :-1]
        largest = 2**self._encoding.bits - 1 if 8 < self._encoding.bits < 16 else 65_535
        if self._encoding.inverted:
            values = largest - values
        self._brightest = max(self._brightest or 0, int(values.max()) * 65_535 // largest)
        return Image.fromarray(scale_to_8_bits(values, largest), self._base), alpha


def _opaque_except(values: NDArray[Any], key: NDArray[Any]) -> NDArray[np.uint8]:
    """Return transparency: 0 where a pixel has the one colour that is transparent, 255 elsewhere."""
    equal = values == (key if values.ndim == 3 else key[0])
    return np.where(equal.all(axis=2) if values.ndim == 3 else equal, 0, 255).astype(np.uint8)
