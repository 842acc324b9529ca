"""From the bytes of an upload to an RGB picture."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from cifar_core.errors import ImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""The file formats that are opened; decoders of all others stay out of reach of an upload."""

MAX_PIXELS = 50_000_000
"""Larger pictures are refused from their header, before memory is spent on them."""

ORIENTATION_TAG = 0x0112
"""EXIF tag that says how the camera was held; 1 is upright."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The pixels, upright, read-only.
    format : str
        File format it came in, such as ``"PNG"``.
    notes : tuple of str
        A sentence for each thing that was changed on the way to 8-bit RGB.
    """

    rgb: NDArray[np.uint8]
    format: str
    notes: tuple[str, ...] = ()


def decode_image(data: bytes) -> Picture:
    """Decode an uploaded file to 8-bit RGB.

    The first frame of an animation is taken, the EXIF orientation applied, transparency composited on white,
    and 16-bit channels scaled to 8 bits. ``notes`` says which of these happened.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    ImageError
        The file is empty, no picture, of another format, truncated, damaged, or has more than 50 megapixels.
    """
    if not data:
        raise ImageError("The file is empty. Choose a picture.")
    opened = _open(data)
    # Pillow's plugins raise whatever a damaged file makes them stumble over (OSError, SyntaxError, struct.error,
    # IndexError …): any failure while reading foreign bytes means that the picture cannot be read.
    try:
        opened.load()
        notes = []
        if opened.format in ("GIF", "WEBP", "PNG") and getattr(opened, "is_animated", False):
            notes.append("The first frame of the animation is shown.")
        upright, turned = _upright(opened)
        if turned:
            notes.append("Turned upright as the camera recorded it (EXIF).")
        rgb, changes = _to_rgb(upright)
    except Exception as error:
        raise ImageError(
            f"The {_format_name(opened)} picture is truncated or damaged. Save it again or choose another one."
        ) from error
    pixels = np.array(rgb, dtype=np.uint8)
    pixels.setflags(write=False)
    return Picture(pixels, _format_name(opened), (*notes, *changes))


def _open(data: bytes) -> Image.Image:
    """Read the header only, and refuse what should not be decoded."""
    too_large = (
        f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels. Make it smaller and try again: "
        "the network sees 32×32 pixels of it."
    )
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(too_large) from error
    except Exception as error:
        raise ImageError(
            "The file is not a picture that can be opened here. "
            "Choose a PNG, JPEG, WebP, GIF or BMP file that is complete."
        ) from error
    if picture.width * picture.height > MAX_PIXELS:
        raise ImageError(too_large)
    return picture


def _format_name(picture: Image.Image) -> str:
    # Phones write several pictures into one JPEG file; Pillow calls that MPO.
    return {"MPO": "JPEG", "WEBP": "WebP"}.get(picture.format or "", picture.format or "")


def _upright(picture: Image.Image) -> tuple[Image.Image, bool]:
    """Apply the EXIF orientation; a picture with damaged EXIF data stays as it is."""
    try:
        orientation = picture.getexif().get(ORIENTATION_TAG, 1)
        if orientation not in range(2, 9):
            return picture, False
        return ImageOps.exif_transpose(picture), True
    except Exception:
        return picture, False


def _to_rgb(picture: Image.Image) -> tuple[Image.Image, list[str]]:
    """Convert any mode to RGB and say what had to be changed."""
    notes = []
    if picture.mode.startswith("I"):
        # Pillow's own conversion would clip 16-bit values at 255; 65535 must become 255, not everything above 255.
        values = np.asarray(picture, dtype=np.float64)
        picture = Image.fromarray(np.rint(np.clip(values, 0, 65535) / 257).astype(np.uint8))
        notes.append("16 bits per channel, scaled to 8.")
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        lowest, _ = layered.getchannel("A").getextrema()
        if lowest != 255:
            white = Image.new("RGBA", layered.size, "white")
            white.alpha_composite(layered)
            layered = white
            notes.append("Transparent parts are shown on white.")
        picture = layered.convert("RGB")
    elif picture.mode == "CMYK":
        picture = picture.convert("RGB")
        notes.append("Converted from printing colours (CMYK) to RGB.")
    elif picture.mode in ("1", "L"):
        picture = picture.convert("RGB")
        notes.append("The picture is grayscale: its three channels are equal.")
    return picture.convert("RGB"), notes
