"""Every kind of upload becomes the RGB pixels that a person sees, or a sentence."""

import struct
import zlib
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from cifar_core.data.picture.decode import decode_image
from cifar_core.errors import ImageError

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def quadrants() -> Image.Image:
    """Red, green over blue, white; 32 pixels wide and 16 high."""
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:8, :16], pixels[:8, 16:], pixels[8:, :16], pixels[8:, 16:] = RED, GREEN, BLUE, WHITE
    return Image.fromarray(pixels)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "WEBP"])
def test_lossless_formats_keep_every_value(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = decode_image(encoded(quadrants(), kind, **options))
    assert np.array_equal(picture.rgb, np.asarray(quadrants()))
    assert picture.rgb.dtype == np.uint8
    assert picture.format.upper() == kind
    assert picture.notes == ()


def test_jpeg_keeps_the_colours() -> None:
    picture = decode_image(encoded(quadrants(), "JPEG", quality=95, subsampling=0))
    assert picture.format == "JPEG"
    assert np.abs(picture.rgb.astype(int) - np.asarray(quadrants())).max() <= 4


# Where the red corner of the upright picture lies in the file, for each EXIF orientation.
STORED = {
    1: lambda p: p,
    2: lambda p: p.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda p: p.transpose(Image.Transpose.ROTATE_180),
    4: lambda p: p.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda p: p.transpose(Image.Transpose.TRANSPOSE),
    6: lambda p: p.transpose(Image.Transpose.ROTATE_90),
    7: lambda p: p.transpose(Image.Transpose.TRANSVERSE),
    8: lambda p: p.transpose(Image.Transpose.ROTATE_270),
}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(STORED[orientation](quadrants()), "JPEG", quality=95, subsampling=0, exif=exif)
    picture = decode_image(data)
    assert np.abs(picture.rgb.astype(int) - np.asarray(quadrants())).max() <= 4
    assert bool(picture.notes) == (orientation != 1)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # Pillow warns, and so it should
def test_damaged_exif_does_not_cost_the_picture() -> None:
    data = encoded(
        quadrants(), "JPEG", quality=95, subsampling=0, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff garbage"
    )
    assert decode_image(data).rgb.shape == (16, 32, 3)


def test_alpha_is_composited_on_white() -> None:
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[0] = [(255, 0, 0, 255), (255, 0, 0, 0), (0, 0, 0, 128)]
    picture = decode_image(encoded(Image.fromarray(pixels), "PNG"))
    assert picture.rgb[0].tolist() == [[255, 0, 0], [255, 255, 255], [127, 127, 127]]
    assert picture.notes == ("Transparent parts shown on white.",)


def test_an_opaque_alpha_channel_is_not_worth_a_note() -> None:
    picture = decode_image(encoded(quadrants().convert("RGBA"), "PNG"))
    assert np.array_equal(picture.rgb, np.asarray(quadrants()))
    assert picture.notes == ()


def test_grayscale_and_gray_with_alpha() -> None:
    gray = np.array([[0, 100, 255]], np.uint8)
    picture = decode_image(encoded(Image.fromarray(gray), "PNG"))
    assert picture.rgb[0].tolist() == [[0, 0, 0], [100, 100, 100], [255, 255, 255]]
    with_alpha = Image.merge(
        "LA", (Image.fromarray(gray), Image.fromarray(np.array([[255, 0, 255]], np.uint8)))
    )
    assert decode_image(encoded(with_alpha, "PNG")).rgb[0, :, 0].tolist() == [0, 255, 255]


def test_one_bit_picture() -> None:
    bits = Image.fromarray(np.array([[0, 255]], np.uint8)).convert("1")
    assert decode_image(encoded(bits, "PNG")).rgb[0].tolist() == [[0, 0, 0], [255, 255, 255]]


def test_palette_with_a_transparent_entry() -> None:
    indexed = Image.fromarray(np.array([[0, 1, 2]], np.uint8), mode=None).convert("L")
    palette = Image.new("P", (3, 1))
    palette.putdata(list(indexed.tobytes()))
    palette.putpalette([*RED, *GREEN, *BLUE])
    assert decode_image(encoded(palette, "PNG")).rgb[0].tolist() == [list(RED), list(GREEN), list(BLUE)]
    assert decode_image(encoded(palette, "PNG", transparency=1)).rgb[0].tolist() == [
        list(RED),
        list(WHITE),
        list(BLUE),
    ]


def test_cmyk_jpeg() -> None:
    ink = Image.new("CMYK", (16, 16), (0, 255, 255, 0))  # magenta and yellow make red
    picture = decode_image(encoded(ink, "JPEG", quality=95))
    assert np.abs(picture.rgb.astype(int) - np.array(RED)).max() <= 6
    assert "CMYK" in picture.notes[0]


def test_sixteen_bit_gray_is_scaled_not_clipped() -> None:
    values = np.array([[0, 255, 257, 32768, 65535]], np.uint16)
    data = cv2.imencode(".png", values)[1].tobytes()
    picture = decode_image(data)
    assert picture.rgb[0, :, 0].tolist() == [0, 1, 1, 128, 255]
    assert picture.notes[0] == "16 bits per channel scaled to 8."


def test_sixteen_bit_colour_is_scaled_not_clipped() -> None:
    values = np.zeros((1, 3, 3), np.uint16)
    values[0] = [(65535, 0, 0), (0, 32768, 0), (0, 0, 300)]  # OpenCV writes blue first
    picture = decode_image(cv2.imencode(".png", values)[1].tobytes())
    assert picture.rgb[0].tolist() == [[0, 0, 255], [0, 128, 0], [1, 0, 0]]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    picture = decode_image(data)
    assert np.abs(picture.rgb.astype(int) - np.array(RED)).max() <= 4
    assert picture.notes == ("First frame of an animation taken.",)


def test_one_frame_is_no_animation() -> None:
    assert decode_image(encoded(quadrants(), "GIF")).notes == ()


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", b"<html></html>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]
)
def test_no_picture(data: bytes) -> None:
    with pytest.raises(ImageError, match=r"Choose a|choose another"):
        decode_image(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_truncated_picture(kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(ImageError, match=r"truncated or damaged|cannot be opened|not a picture"):
        decode_image(data[: len(data) // 2])


def test_a_format_outside_the_list_is_refused() -> None:
    with pytest.raises(ImageError, match="PNG, JPEG, WebP, GIF, BMP or TIFF"):
        decode_image(encoded(quadrants(), "ICO"))


@pytest.mark.parametrize(
    ("start", "name"),
    [(b"8BPS\0\1", "Photoshop"), (b"\0\0\0\x18ftypheic", "HEIC"), (b"<!DOCTYPE html>", "HTML")],
)
def test_what_it_is_instead_is_said(start: bytes, name: str) -> None:
    with pytest.raises(ImageError, match=f"The file is {name}, not a picture"):
        decode_image(start + bytes(99))


@pytest.mark.parametrize("size", [(7072, 7072), (10_000, 10_000), (60_000, 60_000)])
def test_too_many_pixels_are_refused_from_the_header(size: tuple[int, int]) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    # There are no pixels in this file: decoding it would fail with another sentence.
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(ImageError, match="more than 50 megapixels"):
        decode_image(data)


def test_pixels_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        decode_image(encoded(quadrants(), "PNG")).rgb[0, 0] = 0
