"""From the bytes of any picture to 8-bit sRGB, upright, on a plain background."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cifar_core.data.picture import boxes, changes, comments, jpeg, png, tiff
from cifar_core.data.picture.colours import Converter, Encoding
from cifar_core.data.picture.depth import has_deep_colours, is_gray_with_alpha, low_bytes
from cifar_core.data.picture.formats import COMMON, HEAD_BYTES, PictureFormat, foreign_kind, format_of
from cifar_core.data.picture.headers import SAVE_AGAIN, Headers
from cifar_core.data.picture.limits import (
    MAX_FILE_BYTES,
    MAX_WRITTEN_PIXELS,
    WORKING_PIXELS,
    PictureProblem,
    check_size,
)
from cifar_core.data.picture.orientation import UPRIGHT, orientation_of, turned
from cifar_core.data.reading import Background

_LOOK_THROUGH: dict[str, Callable[[bytes], Headers]] = {
    "JPEG": jpeg.look_through,
    "PNG": png.look_through,
    "TIFF": tiff.look_through,
    "GIF": comments.look_through_gif,
    "PNM": comments.look_through_pnm,
    "JPEG 2000": boxes.look_through_jpeg2000,
    "AVIF": boxes.look_through_avif,
}
_PIECE_PIXELS = 1 << 18  # converted at once; copies of the whole picture in every colour space would be large
_OPENCV_BYTES = (
    8  # for each pixel; Pillow takes 18 for a WebP, which might move, and 15 times as long for packed BMP
)


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The pixels in sRGB, upright, read-only. Of a picture with more than 16 megapixels every other one.
    format : str
        File format it came in, such as ``"PNG"``.
    changes : tuple of str
        A phrase for each thing that was changed on the way to 8-bit RGB.
    """

    rgb: NDArray[np.uint8]
    format: str
    changes: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was changed, in sentences."""
        return tuple(changes.as_sentence(change) for change in self.changes)


def decode_image(
    data: bytes,
    *,
    ending: str = "",
    background: Background = "white",
    announce: Callable[[int], None] = lambda pixels: None,
) -> Picture:
    """Decode a file to 8-bit sRGB.

    The first frame of an animation is taken, the EXIF orientation applied, the colour profile converted to sRGB,
    transparency composited on the background, 16-bit channels are rounded to 8 bits. ``changes`` says which of these
    happened.

    Parameters
    ----------
    data : bytes
        The whole file.
    ending : str
        Of its name, without the dot; only a few old formats are told by it.
    background : {"white", "black"}
        What is seen through transparent parts.
    announce : callable, optional
        Receives the number of pixels as soon as the headers tell it, before anything is decoded.

    Raises
    ------
    PictureProblem
        The file is empty, no picture, truncated, damaged, or larger than :mod:`cifar_core.data.picture.limits` allow.
    """
    if not data:
        raise PictureProblem("The file is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise PictureProblem(f"The file has more than {MAX_FILE_BYTES // 1_000_000} MB.")
    kind = format_of(data[:HEAD_BYTES], ending)
    if kind is None:
        foreign = foreign_kind(data[:HEAD_BYTES])
        raise PictureProblem(
            f"The file is {foreign}, not a picture that can be opened here."
            if foreign
            else "The file is not a picture that can be opened here.",
            f"Choose a {COMMON} file that is complete.",
        )
    # Pillow's plugins raise whatever a damaged file makes them stumble over (OSError, SyntaxError, struct.error,
    # IndexError …): any failure while reading foreign bytes means that the picture cannot be read.
    try:
        return _decode(data, kind, background, announce)
    except PictureProblem:
        raise
    except MemoryError:
        raise PictureProblem(f"The {kind.title} picture takes too much memory to decode.") from None
    except Exception as error:
        raise PictureProblem(f"The {kind.title} picture is truncated or damaged.", SAVE_AGAIN) from error


def _decode(
    data: bytes, kind: PictureFormat, background: Background, announce: Callable[[int], None]
) -> Picture:
    headers = _LOOK_THROUGH.get(kind.title, Headers)(data)
    opened = Image.open(BytesIO(headers.data), formats=kind.pillow)
    check_size(opened.width, opened.height, pixel_bytes=0)
    announce(opened.width * opened.height)
    said = list(headers.said)
    animated = kind.title in ("GIF", "WebP", "AVIF") and getattr(opened, "is_animated", False)
    if animated:
        said.append(changes.FIRST_FRAME)
    orientation = headers.orientation or orientation_of(
        opened.info.get("exif", b"") or headers.exif, opened.info.get("xmp", b"") or headers.xmp
    )
    if orientation != UPRIGHT:
        said.append(changes.TURNED)

    gray_pairs = is_gray_with_alpha(opened)
    encoding = Encoding(
        opened.mode,
        profile=opened.info.get("icc_profile", b"") if headers.profile is None else headers.profile,
        bits=headers.bits,
        inverted=headers.inverted and opened.mode.startswith("I"),  # of other modes Pillow sees to it
        key=opened.info.get("transparency") if kind.title == "PNG" and opened.mode != "P" else None,
        gray_pairs=gray_pairs,
    )
    converter = Converter(encoding, background)
    if (kind.title == "WebP" and not animated) or _codec(opened) == "bmp_rle":
        check_size(opened.width, opened.height, pixel_bytes=_OPENCV_BYTES)
        rgb = _convert(_decode_with_opencv(headers.data), None, converter)
    elif gray_pairs:
        rgb = _convert(low_bytes(headers.data, kind.pillow, "RGBA"), None, converter)
    else:
        deep = has_deep_colours(opened)
        if _codec(opened) == "ppm_plain" and opened.width * opened.height > MAX_WRITTEN_PIXELS:
            raise PictureProblem("The PNM picture is large and written as text.", "Save it as a PNG.")
        check_size(
            opened.width, opened.height, pixel_bytes=kind.pixel_bytes * (2 if deep else 1) / headers.shrink**2
        )
        if headers.shrink > 1:
            opened.draft(None, (opened.width // headers.shrink, opened.height // headers.shrink))
        opened.load()
        low = low_bytes(headers.data, kind.pillow) if deep else None
        rgb = _convert(opened, low, converter)
    rgb = np.ascontiguousarray(turned(rgb, orientation))
    rgb.setflags(write=False)
    return Picture(rgb, kind.title, (*said, *converter.said()))


def _codec(opened: Image.Image) -> str:
    """Return Pillow's name of what will decode the pixels."""
    tiles = getattr(opened, "tile", None)
    return tiles[0].codec_name if tiles else ""


def _decode_with_opencv(data: bytes) -> Image.Image:
    """Decode what Pillow takes far more memory or time for."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("not decoded")
    order = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return Image.fromarray(cv2.cvtColor(pixels, order, dst=pixels))


def _convert(picture: Image.Image, low: Image.Image | None, converter: Converter) -> NDArray[np.uint8]:
    """Convert a decoded picture in pieces of whole rows, and halve it where it is very large."""
    width, height = picture.size
    step = 2 if width * height > WORKING_PIXELS else 1
    whole = np.empty((-(-height // step), -(-width // step), 3), np.uint8)
    rows = max(2, _PIECE_PIXELS // width // 2 * 2)
    for top in range(0, height, rows):
        box = (0, top, width, min(top + rows, height))
        rgb = converter.convert(picture.crop(box), None if low is None else low.crop(box))
        if step > 1:
            rgb = np.asarray(Image.fromarray(rgb).reduce(step))
        whole[top // step : top // step + len(rgb)] = rgb
    return whole
