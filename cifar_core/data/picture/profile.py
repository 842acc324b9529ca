"""Colour profiles: what the numbers of a picture mean, converted to sRGB, which screens and networks take."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from cifar_core.data.picture import changes

_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab "}
_SAME = 2  # of 255: so far may a profile lie from sRGB and be called sRGB; its makers round differently
_STEPS = 9


@dataclass(frozen=True)
class ColourConversion:
    """How the pixels of one picture become sRGB.

    Attributes
    ----------
    transform : ImageCms.ImageCmsTransform or None
        From ``mode`` to ``"RGB"``; ``None`` where Pillow's own conversion is right.
    mode : str
        Mode that a piece must have before it is converted: ``"RGB"``, ``"L"``, ``"CMYK"`` or ``"LAB"``.
    change : str or None
        What to say of it.
    """

    transform: ImageCms.ImageCmsTransform | None
    mode: str
    change: str | None = None


def conversion(profile: bytes, mode: str) -> ColourConversion:
    """Choose how the pixels of a picture become sRGB.

    Parameters
    ----------
    profile : bytes
        ICC profile; empty if the picture has none.
    mode : {"RGB", "L", "CMYK", "LAB"}
        What its pixels are.

    Returns
    -------
    ColourConversion
        A profile that is damaged, or made for pixels of another kind, is left out and said.
    """
    if mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        return ColourConversion(_transform(lab, "LAB"), "LAB")
    if not profile:
        return ColourConversion(None, mode)
    try:
        opened = ImageCms.ImageCmsProfile(BytesIO(profile))
        space = opened.profile.xcolor_space
        if mode == "L" and space == _SPACES["RGB"]:
            mode = "RGB"  # a gray picture that was saved with the profile of a colour one
        if space != _SPACES[mode]:
            return ColourConversion(None, mode, changes.FOREIGN_PROFILE)
        transform = _transform(opened, mode)
        if mode in ("RGB", "L") and _is_srgb(transform, mode):
            return ColourConversion(None, mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return ColourConversion(None, mode, changes.DAMAGED_PROFILE)
    return ColourConversion(transform, mode, changes.PROFILE)


def _transform(profile: Any, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(profile, _srgb(), mode, "RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@cache
def _probe(mode: str) -> Image.Image:
    """Return a picture with colours from all over the space."""
    steps = np.linspace(0, 255, 256 if mode == "L" else _STEPS).astype(np.uint8)
    if mode == "L":
        return Image.fromarray(steps[None])
    return Image.fromarray(np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(_STEPS, -1, 3))


def _is_srgb(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Tell whether a conversion leaves colours as they are: the profile is sRGB, by whatever name."""
    probe = _probe(mode)
    before = np.asarray(probe.convert("RGB"), dtype=np.int16)
    after = np.asarray(transform.apply(probe), dtype=np.int16)
    return bool(np.abs(after - before).max() <= _SAME)
