"""One small file of each kind of picture, made at test time, with the pixels that a person would see."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from cifar_core.data.picture import changes
from tests.profiles import ADOBE_CURVE, ADOBE_RGB, DISPLAY_P3, SRGB, gray_profile, ink_profile, rgb_profile

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True)
class Kind:
    """A file, and what it shows.

    ``tolerance`` is how far a pixel may lie from ``rgb``: 0 for formats that lose nothing.
    """

    data: bytes
    ending: str
    rgb: NDArray[np.uint8]
    tolerance: int = 0
    changes: tuple[str, ...] = ()


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file."""
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def quadrants(width: int = 32, height: int = 16) -> NDArray[np.uint8]:
    """Return red, green over blue, white."""
    pixels = np.zeros((height, width, 3), np.uint8)
    top, left = height // 2, width // 2
    pixels[:top, :left], pixels[:top, left:], pixels[top:, :left], pixels[top:, left:] = (
        RED,
        GREEN,
        BLUE,
        WHITE,
    )
    return pixels


def plain(*colour: int) -> NDArray[np.uint8]:
    """Return a picture of one colour."""
    return np.full((16, 32, 3), colour, np.uint8)


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(
    values: NDArray[np.generic], depth: int, colour: int, *extra: bytes, key: tuple[int, ...] = ()
) -> bytes:
    """Write a PNG of any depth, with transparency of one gray or colour.

    ``values`` has shape (H, W) or (H, W, channels); ``colour`` is PNG's number of the kind: 0 gray, 2 RGB, 3 palette,
    4 gray with alpha, 6 RGBA.
    """
    height, width = values.shape[:2]
    if depth == 16:
        rows = values.astype(">u2").reshape(height, -1).view(np.uint8)
    elif depth == 8:
        rows = values.astype(np.uint8).reshape(height, -1)
    else:
        bits = values.astype(np.uint8)[..., None] >> np.arange(depth - 1, -1, -1, dtype=np.uint8) & 1
        rows = np.packbits(bits.reshape(height, -1).astype(np.uint8), axis=1)
    packed = zlib.compress(np.insert(rows, 0, 0, axis=1).tobytes())
    body = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)) + b"".join(extra)
    if key:
        body += chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


# How the pixels of an upright picture are stored, for each EXIF orientation.
STORED: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda picture: picture,
    2: lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
    4: lambda picture: picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda picture: picture.transpose(Image.Transpose.TRANSPOSE),
    6: lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    7: lambda picture: picture.transpose(Image.Transpose.TRANSVERSE),
    8: lambda picture: picture.transpose(Image.Transpose.ROTATE_270),
}


def turned(orientation: int, kind: str) -> bytes:
    """Return the quadrants as a camera stores them that was held in this way."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, object] = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}.get(
        kind, {}
    )
    if kind == "TIFF":
        return encoded(STORED[orientation](Image.fromarray(quadrants())), kind, tiffinfo={274: orientation})
    return encoded(STORED[orientation](Image.fromarray(quadrants())), kind, exif=exif, **options)


def _flat_formats() -> dict[str, Kind]:
    picture, rgb = Image.fromarray(quadrants()), quadrants()
    kinds = {
        "png": Kind(encoded(picture, "PNG"), "png", rgb),
        "png, interlaced": Kind(_interlaced(rgb), "png", rgb),
        "bmp": Kind(encoded(picture, "BMP"), "bmp", rgb),
        "gif": Kind(encoded(picture, "GIF"), "gif", rgb),
        "webp, lossless": Kind(encoded(picture, "WEBP", lossless=True), "webp", rgb),
        "tiff": Kind(encoded(picture, "TIFF"), "tif", rgb),
        "tiff, lzw": Kind(encoded(picture, "TIFF", compression="tiff_lzw"), "tiff", rgb),
        "tiff, big": Kind(encoded(picture, "TIFF", big_tiff=True), "tiff", rgb),
        "tiff, big-endian": Kind(_big_endian_tiff(rgb), "tif", rgb),
        "ppm": Kind(encoded(picture, "PPM"), "ppm", rgb),
        "jpeg 2000": Kind(encoded(picture, "JPEG2000"), "jp2", rgb),
        "tga": Kind(encoded(picture, "TGA"), "tga", rgb),
        "pcx": Kind(encoded(picture, "PCX"), "pcx", rgb),
        "sgi": Kind(encoded(picture, "SGI"), "sgi", rgb),
        "sun raster": Kind(cv2.imencode(".ras", rgb[..., ::-1])[1].tobytes(), "ras", rgb),
        "avif": Kind(encoded(picture, "AVIF", quality=95, subsampling="4:4:4"), "avif", rgb, 6),
        "webp": Kind(
            encoded(Image.fromarray(plain(200, 60, 40)), "WEBP", quality=95), "webp", plain(200, 60, 40), 4
        ),
    }
    for name, options in {"": {}, ", progressive": {"progressive": True}}.items():
        jpeg = encoded(picture, "JPEG", quality=95, subsampling=0, **options)
        kinds[f"jpeg{name}"] = Kind(jpeg, "jfif", rgb, 4)
    return kinds


def _interlaced(rgb: NDArray[np.uint8]) -> bytes:
    """Write a PNG in the seven passes of Adam7."""
    packed = b""
    steps = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    for top, left, down, right in steps:
        rows = rgb[top::down, left::right]
        if rows.size:
            packed += np.insert(rows.reshape(len(rows), -1), 0, 0, axis=1).tobytes()
    header = struct.pack(">IIBBBBB", rgb.shape[1], rgb.shape[0], 8, 2, 0, 0, 1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(packed))
        + chunk(b"IEND", b"")
    )


def tiff(entries: dict[int, tuple[int, list[int]]], pixels: bytes, order: str = ">") -> bytes:
    """Write a TIFF: its entries by tag (kind of number, values), then one strip of pixels."""
    entries = entries | {273: (4, [0]), 279: (4, [len(pixels)])}
    start = 8 + 2 + 12 * len(entries) + 4
    far, table = b"", b""
    sizes = {3: 2, 4: 4}
    total = sum(
        len(values) * sizes[kind] for kind, values in entries.values() if len(values) * sizes[kind] > 4
    )
    entries[273] = (4, [start + total])
    for tag, (kind, values) in sorted(entries.items()):
        packed = struct.pack(f"{order}{len(values)}{'H' if kind == 3 else 'I'}", *values)
        if len(packed) > 4:
            far, packed = far + packed, struct.pack(f"{order}I", start + len(far))
        table += struct.pack(f"{order}HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}IH", 8, len(entries))
    return head + table + bytes(4) + far + pixels


def _tiff_of(values: NDArray[np.generic], photometric: int, bits: int, order: str = ">") -> bytes:
    channels = 1 if values.ndim == 2 else values.shape[2]
    entries = {
        256: (4, [values.shape[1]]),
        257: (4, [values.shape[0]]),
        258: (3, [bits] * channels),
        259: (3, [1]),
        262: (3, [photometric]),
        277: (3, [channels]),
    }
    return tiff(entries, values.astype(f"{order}u2" if bits == 16 else np.uint8).tobytes(), order)


def _big_endian_tiff(rgb: NDArray[np.uint8]) -> bytes:
    return _tiff_of(rgb, 2, 8)


def _transparency() -> dict[str, Kind]:
    """Red, see-through black, half see-through black: on white they are red, white, a middle gray."""
    said = (changes.ON_WHITE,)
    rgba = np.array([[(255, 0, 0, 255), (0, 0, 0, 0), (0, 0, 0, 128)]], np.uint8)
    seen = np.array([[RED, WHITE, (127, 127, 127)]], np.uint8)
    gray = np.array([[(40, 255), (0, 0), (0, 128)]], np.uint8)
    gray_seen = np.array([[[40] * 3, WHITE, [127] * 3]], np.uint8)
    palette = Image.new("P", (3, 1))
    palette.putdata([0, 1, 2])
    palette.putpalette([*RED, *GREEN, *BLUE])
    with_hole = np.array([[RED, WHITE, BLUE]], np.uint8)
    shallow = np.array([[0, 5, 15]])
    shallow_seen = np.array([[[0] * 3, [85] * 3, WHITE]], np.uint8)
    return {
        "rgba png": Kind(encoded(Image.fromarray(rgba), "PNG"), "png", seen, 0, said),
        "rgba webp": Kind(
            encoded(Image.fromarray(rgba), "WEBP", lossless=True, exact=True), "webp", seen, 0, said
        ),
        "rgba tiff": Kind(encoded(Image.fromarray(rgba), "TIFF"), "tif", seen, 0, said),
        "rgba tga": Kind(encoded(Image.fromarray(rgba), "TGA"), "tga", seen, 0, said),
        "opaque rgba": Kind(encoded(Image.fromarray(quadrants()).convert("RGBA"), "PNG"), "png", quadrants()),
        "gray and alpha": Kind(
            encoded(Image.fromarray(gray), "PNG"), "png", gray_seen, 0, (changes.GRAY, *said)
        ),
        "16-bit gray and alpha": Kind(
            png(gray.astype(int) * 257, 16, 4), "png", gray_seen, 0, (changes.DEEP, changes.GRAY, *said)
        ),
        "16-bit rgba": Kind(png(rgba.astype(int) * 257, 16, 6), "png", seen, 0, (changes.DEEP, *said)),
        "palette": Kind(encoded(palette, "PNG"), "png", np.array([[RED, GREEN, BLUE]], np.uint8)),
        "palette with a hole": Kind(encoded(palette, "PNG", transparency=1), "png", with_hole, 0, said),
        "palette, half see-through": Kind(
            encoded(palette, "PNG", transparency=bytes((255, 0, 128))),
            "png",
            np.array([[RED, WHITE, (127, 127, 255)]], np.uint8),
            0,
            said,
        ),
        "gif with a hole": Kind(encoded(palette, "GIF", transparency=1), "gif", with_hole, 0, said),
        "gray with a hole": Kind(
            png(np.array([[7, 9, 255]]), 8, 0, key=(9,)),
            "png",
            np.array([[[7] * 3, WHITE, WHITE]], np.uint8),
            0,
            (changes.GRAY, *said),
        ),
        "4-bit gray": Kind(png(shallow, 4, 0), "png", shallow_seen, 0, (changes.GRAY,)),
        "4-bit gray with a hole": Kind(
            png(shallow, 4, 0, key=(0,)),
            "png",
            np.array([[WHITE, [85] * 3, WHITE]], np.uint8),
            0,
            (changes.GRAY, *said),
        ),
        "1-bit with a hole": Kind(
            png(np.array([[0, 1, 0]]), 1, 0, key=(0,)),
            "png",
            np.full((1, 3, 3), 255, np.uint8),
            0,
            (changes.GRAY, *said),
        ),
        "rgb with a hole": Kind(
            png(np.array([[RED, GREEN, BLUE]]), 8, 2, key=GREEN), "png", with_hole, 0, said
        ),
        # Both colours are cut to the same 8 bits: only the first is the transparent one.
        "16-bit rgb with a hole": Kind(
            png(np.array([[(257, 257, 257), (256, 257, 257)]]), 16, 2, key=(257, 257, 257)),
            "png",
            np.array([[WHITE, (1, 1, 1)]], np.uint8),
            0,
            (changes.DEEP, changes.DARK, *said),
        ),
        "16-bit gray with a hole": Kind(
            png(np.array([[0x1234, 0x12FF, 65535]]), 16, 0, key=(0x1234,)),
            "png",
            np.array([[WHITE, [19] * 3, WHITE]], np.uint8),
            0,
            (changes.DEEP, changes.GRAY, *said),
        ),
    }


def _jp2(values: NDArray[np.generic]) -> bytes:
    """Return colours, blue first, as a JPEG 2000 file without loss."""
    return cv2.imencode(".jp2", values, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000])[1].tobytes()


def _with_profile(jp2: bytes, profile: bytes) -> bytes:
    """Put a colour profile into a JPEG 2000 file, in the place of the name of its colour space."""
    start = jp2.index(b"colr") - 4
    old = int.from_bytes(jp2[start : start + 4])
    box = struct.pack(">I4sBBB", 11 + len(profile), b"colr", 2, 0, 0) + profile
    header = jp2.index(b"jp2h") - 4
    size = int.from_bytes(jp2[header : header + 4]) + len(box) - old
    return jp2[:header] + struct.pack(">I", size) + jp2[header + 4 : start] + box + jp2[start + old :]


def _depth() -> dict[str, Kind]:
    """16 bits are rounded: 511 is nearer to 2 than to 1, 65,407 nearer to 255 than to 254."""
    gray = np.array([[0, 128, 129, 257, 511, 32768, 65406, 65407, 65535]])
    gray_seen = np.repeat(np.array([[0, 0, 1, 1, 2, 128, 254, 255, 255]], np.uint8)[..., None], 3, axis=2)
    colours = np.array([[(511, 0, 65407), (32768, 128, 129), (65535, 257, 65406)]])
    colours_seen = np.array([[(2, 0, 255), (128, 0, 1), (255, 1, 254)]], np.uint8)
    deep, both = (changes.DEEP,), (changes.DEEP, changes.GRAY)
    inverted = 65535 - gray
    portable = np.array([[0, 128, 257, 32768, 65535]])
    return {
        "16-bit gray png": Kind(png(gray, 16, 0), "png", gray_seen, 0, both),
        "16-bit rgb png": Kind(png(colours, 16, 2), "png", colours_seen, 0, deep),
        "16-bit gray tiff": Kind(_tiff_of(gray, 1, 16, "<"), "tif", gray_seen, 0, both),
        "16-bit gray tiff, big-endian": Kind(_tiff_of(gray, 1, 16), "tif", gray_seen, 0, both),
        "16-bit gray tiff, white is zero": Kind(_tiff_of(inverted, 0, 16, "<"), "tif", gray_seen, 0, both),
        "8-bit gray tiff, white is zero": Kind(
            _tiff_of(np.array([[0, 55, 255]]), 0, 8),
            "tif",
            np.array([[WHITE, [200] * 3, BLACK]], np.uint8),
            0,
            (changes.GRAY,),
        ),
        "16-bit rgb tiff": Kind(_tiff_of(colours, 2, 16, "<"), "tif", colours_seen, 0, deep),
        "16-bit rgb tiff, big-endian": Kind(_tiff_of(colours, 2, 16), "tif", colours_seen, 0, deep),
        "16-bit rgb tiff, lzw": Kind(
            cv2.imencode(".tif", colours[..., ::-1].astype(np.uint16), [cv2.IMWRITE_TIFF_COMPRESSION, 5])[
                1
            ].tobytes(),
            "tif",
            colours_seen,
            0,
            deep,
        ),
        "16-bit pgm": Kind(
            b"P5 5 1 65535\n" + portable.astype(">u2").tobytes(),
            "pgm",
            np.repeat(np.array([[0, 0, 1, 128, 255]], np.uint8)[..., None], 3, axis=2),
            0,
            both,
        ),
        "12-bit gray": Kind(
            png(np.array([[0, 2048, 4095]]), 16, 0),
            "png",
            np.repeat(np.array([[0, 8, 16]], np.uint8)[..., None], 3, axis=2),
            0,
            (changes.DEEP, changes.DARK, changes.GRAY),
        ),
        "10-bit ppm": Kind(
            b"P6 2 1 1023\n" + np.array([1023, 512, 0, 0, 511, 1023], ">u2").tobytes(),
            "ppm",
            np.array([[(255, 128, 0), (0, 127, 255)]], np.uint8),
            1,
            (changes.CUT,),
        ),
        "10-bit avif": Kind(
            cv2.imencode(
                ".avif", np.full((64, 64, 3), (100, 500, 1000), np.uint16), [cv2.IMWRITE_AVIF_DEPTH, 10]
            )[1].tobytes(),
            "avif",
            np.full((64, 64, 3), (249, 125, 25), np.uint8),
            4,
            (changes.CUT,),
        ),
        "16-bit jpeg 2000": Kind(
            _jp2(np.full((64, 64, 3), (10000, 20000, 40000), np.uint16)),
            "jp2",
            np.full((64, 64, 3), (156, 78, 39), np.uint8),
            1,
            (changes.CUT,),
        ),
        "1-bit": Kind(
            png(np.array([[0, 1]]), 1, 0), "png", np.array([[BLACK, WHITE]], np.uint8), 0, (changes.GRAY,)
        ),
        "pbm": Kind(b"P4 2 1\n\x80", "pbm", np.array([[BLACK, WHITE]], np.uint8), 0, (changes.GRAY,)),
        "plain pgm": Kind(
            b"P2 2 1 100\n0 100", "pgm", np.array([[BLACK, WHITE]], np.uint8), 0, (changes.GRAY,)
        ),
    }


def _colours() -> dict[str, Kind]:
    """Display P3's red 200, 60, 40 is more colourful than sRGB's."""
    wide, seen = Image.fromarray(plain(200, 60, 40)), plain(217, 42, 23)
    p3, said = rgb_profile(DISPLAY_P3), (changes.PROFILE,)
    ink = Image.new("CMYK", (32, 16), (0, 255, 255, 0))
    lab = np.zeros((2, 2, 2, 2, 3))
    lab[..., 0, 0], lab[0, 0, 0, 0, 0] = 50, 100  # black ink covers all
    lab_pixels = np.full((16, 32, 3), (127, 0, 0), np.uint8)
    middle_gray = Image.fromarray(np.full((16, 32), 100, np.uint8))
    palette = wide.convert("P", palette=Image.Palette.ADAPTIVE)
    deep = np.full((16, 32, 3), np.array((200, 60, 40)) * 257)
    chunk_p3 = chunk(b"iCCP", b"P3\0\0" + zlib.compress(p3))
    return {
        "display p3 png": Kind(encoded(wide, "PNG", icc_profile=p3), "png", seen, 1, said),
        "display p3 jpeg": Kind(encoded(wide, "JPEG", quality=95, icc_profile=p3), "jpg", seen, 4, said),
        "display p3 webp": Kind(encoded(wide, "WEBP", lossless=True, icc_profile=p3), "webp", seen, 1, said),
        "display p3 tiff": Kind(encoded(wide, "TIFF", icc_profile=p3), "tif", seen, 1, said),
        "display p3 jpeg 2000": Kind(_with_profile(encoded(wide, "JPEG2000"), p3), "jp2", seen, 2, said),
        "display p3 avif": Kind(
            encoded(wide, "AVIF", quality=100, subsampling="4:4:4", icc_profile=p3), "avif", seen, 4, said
        ),
        "adobe rgb jpeg": Kind(
            encoded(wide, "JPEG", quality=95, subsampling=0, icc_profile=rgb_profile(ADOBE_RGB, ADOBE_CURVE)),
            "jpg",
            plain(231, 57, 34),
            4,
            said,
        ),
        "display p3 palette": Kind(encoded(palette, "PNG", icc_profile=p3), "png", seen, 1, said),
        "display p3 16-bit": Kind(png(deep, 16, 2, chunk_p3), "png", seen, 1, (changes.DEEP, *said)),
        "display p3 rgba": Kind(encoded(wide.convert("RGBA"), "PNG", icc_profile=p3), "png", seen, 1, said),
        "srgb by profile": Kind(
            encoded(wide, "PNG", icc_profile=rgb_profile(SRGB)), "png", plain(200, 60, 40)
        ),
        "srgb of littlecms": Kind(
            encoded(
                wide, "PNG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
            ),
            "png",
            plain(200, 60, 40),
        ),
        # A linear gray of 100 of 255 is 39% of the light: 168 on sRGB's curve.
        "linear gray": Kind(
            encoded(middle_gray, "PNG", icc_profile=gray_profile(1.0)),
            "png",
            plain(168, 168, 168),
            1,
            (changes.PROFILE, changes.GRAY),
        ),
        "gray with a colour profile": Kind(
            encoded(middle_gray, "JPEG", quality=95, icc_profile=rgb_profile(SRGB)),
            "jpg",
            plain(100, 100, 100),
            1,
            (changes.GRAY,),
        ),
        "damaged profile": Kind(
            encoded(wide, "PNG", icc_profile=p3[:-60]),
            "png",
            plain(200, 60, 40),
            0,
            (changes.DAMAGED_PROFILE,),
        ),
        "profile that does not unpack": Kind(
            png(plain(200, 60, 40), 8, 2, chunk(b"iCCP", b"x\0\0junk")),
            "png",
            plain(200, 60, 40),
            0,
            (changes.DAMAGED_PROFILE,),
        ),
        "profile of another kind": Kind(
            encoded(wide, "PNG", icc_profile=gray_profile(2.2)),
            "png",
            plain(200, 60, 40),
            0,
            (changes.FOREIGN_PROFILE,),
        ),
        "cmyk jpeg": Kind(encoded(ink, "JPEG", quality=95), "jpg", plain(*RED), 6, (changes.INKS,)),
        "cmyk tiff": Kind(encoded(ink, "TIFF"), "tif", plain(*RED), 0, (changes.INKS,)),
        # These inks together are L = 50 without colour: a gray of 119 (CIE).
        "cmyk with a profile": Kind(
            encoded(ink, "TIFF", icc_profile=ink_profile(lab)),
            "tif",
            plain(119, 119, 119),
            2,
            (changes.INKS, changes.PROFILE),
        ),
        "lab tiff": Kind(
            encoded(Image.frombytes("LAB", (32, 16), lab_pixels.tobytes()), "TIFF"),
            "tif",
            plain(119, 119, 119),
            2,
            (changes.LAB,),
        ),
        "ycbcr tiff": Kind(encoded(wide.convert("YCbCr"), "TIFF"), "tif", plain(200, 60, 40), 3),
    }


def _frames() -> dict[str, Kind]:
    frames = [Image.fromarray(plain(*colour)) for colour in (RED, BLUE)]
    return {
        f"animated {kind}": Kind(
            encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options),
            kind.lower(),
            plain(*RED),
            4,
            (said,),
        )
        for kind, options, said in (
            ("GIF", {"duration": 100}, changes.FIRST_FRAME),
            ("WEBP", {"duration": 100}, changes.FIRST_FRAME),
            ("PNG", {"duration": 100}, changes.FIRST_FRAME),
            ("TIFF", {}, changes.FIRST_PAGE),
        )
    } | {
        "mpo": Kind(encoded(frames[0], "MPO", save_all=True, append_images=frames[1:]), "jpg", plain(*RED), 4)
    }


def _turned() -> dict[str, Kind]:
    return {
        f"{kind.lower()} held {orientation}": Kind(
            turned(orientation, kind), kind.lower(), quadrants(), 4, (changes.TURNED,)
        )
        for kind in ("JPEG", "PNG", "WEBP", "TIFF")
        for orientation in range(2, 9)
    }


KINDS: dict[str, Kind] = _flat_formats() | _transparency() | _depth() | _colours() | _frames() | _turned()
