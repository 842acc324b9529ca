"""Files that ask a decoder for too much, or for nothing it can give: small, and made at test time.

``python -m tests.hostile_pictures`` reads them all and says which took longest and most.
"""

import gzip
import io
import struct
import sys
import time
import zlib
from collections.abc import Iterator

import numpy as np
import psutil
from PIL import Image

from tests.costs import highest_memory
from tests.pictures import KINDS, chunk, encoded, tiff
from tests.profiles import DISPLAY_P3, rgb_profile

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND", b"")


def header(width: int, height: int, depth: int = 8, colour: int = 2, interlaced: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))


def zeros(count: int) -> bytes:
    """Return so many zeros, packed, without ever holding them."""
    packer, parts = zlib.compressobj(1), []
    block = bytes(1 << 20)
    while count > 0:
        parts.append(packer.compress(block[:count]))
        count -= len(block)
    return b"".join((*parts, packer.flush()))


def png_of_zeros(width: int, height: int, depth: int = 8, colour: int = 2, interlaced: int = 0) -> bytes:
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    rows = height * (1 + (width * depth * channels + 7) // 8)
    palette = chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    return (
        SIGNATURE
        + header(width, height, depth, colour, interlaced)
        + palette
        + chunk(b"IDAT", zeros(rows))
        + END
    )


def large_pngs() -> Iterator[tuple[str, bytes]]:
    for width, height in (
        (1, 50_000_000),
        (50_000_000, 1),
        (30_000, 30_000),
        (7_000, 7_000),
        (29_999, 1_000),
    ):
        yield f"png {width}×{height}", png_of_zeros(width, height)
        for depth, colour in ((16, 2), (16, 0), (1, 0), (8, 3), (16, 6), (16, 4)):
            name = f"png {width}×{height}, {depth} bits, colour {colour}"
            yield (
                name,
                SIGNATURE + header(width, height, depth, colour) + chunk(b"IDAT", zeros(1_000_000)) + END,
            )
    yield "png 5,200², as large as is let in", png_of_zeros(5_200, 5_200)
    yield "png 5,200², interlaced", png_of_zeros(5_200, 5_200, interlaced=1)
    yield "png 3,000², 16 bits, as large as is let in", png_of_zeros(3_000, 3_000, 16)
    for size in ((2**31, 2**31), (2**32 - 1, 1), (0, 0), (0, 5), (60_000, 60_000)):
        yield f"png that says {size}", SIGNATURE + header(*map(int, size)) + chunk(b"IDAT", b"") + END


def png_chunks() -> Iterator[tuple[str, bytes]]:
    pixels = chunk(b"IDAT", zlib.compress(bytes(4))) + END
    start = SIGNATURE + header(1, 1)
    bomb = zeros(300_000_000)
    yield "png, zTXt of 500 MB", start + chunk(b"zTXt", b"k\0\0" + bomb) + pixels
    yield "png, iTXt of 500 MB", start + chunk(b"iTXt", b"k\0\1\0\0\0" + bomb) + pixels
    yield "png, iCCP of 500 MB", start + chunk(b"iCCP", b"k\0\0" + bomb) + pixels
    yield "png, 60 zTXt of 1 MB", start + chunk(b"zTXt", b"k\0\0" + zeros(1 << 20)) * 60 + pixels
    yield "png, 300,000 empty chunks", start + chunk(b"abCd", b"") * 300_000 + pixels
    yield "png, 90,000 empty IDAT", start + chunk(b"IDAT", b"") * 90_000 + pixels
    yield "png, chunk of 2 GB", start + struct.pack(">I4s", 2**31 - 1, b"tEXt") + b"x"
    yield "png, no header", SIGNATURE + pixels
    yield "png, two headers", start + header(20_000, 20_000) + pixels
    yield "png, header last", SIGNATURE + pixels[:-12] + header(20_000, 20_000) + END
    yield (
        "png, 255 colours of none",
        SIGNATURE + header(9, 9, 8, 3) + chunk(b"IDAT", zlib.compress(bytes(90))) + END,
    )
    yield "png, more pixels than said", SIGNATURE + header(8, 8) + chunk(b"IDAT", zeros(400_000_000)) + END
    yield "png, strange depth", SIGNATURE + header(8, 8, 7, 9) + pixels
    yield "png, 10,000 frames", start + chunk(b"acTL", struct.pack(">II", 10_000, 0)) + pixels


def jpeg(width: int, height: int, scans: int, *, progressive: bool = True, components: int = 3) -> bytes:
    """Return a JPEG whose passes hold next to nothing."""
    tables = b"".join(
        b"\xff\xc4" + struct.pack(">HB", 20, place) + bytes((1, *[0] * 15, 0)) for place in (0x00, 0x10)
    )
    quantisation = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([1] * 64)
    frame = struct.pack(">BHHB", 8, height, width, components)
    frame += b"".join(bytes((number + 1, 0x11, 0)) for number in range(components))
    start = b"\xff\xc2" if progressive else b"\xff\xc0"
    one = bytes((0xFF, 0xDA, 0, 8, 1, 1, 0, *((1, 63, 0) if progressive else (0, 63, 0)))) + bytes(8)
    first = (
        bytes((0xFF, 0xDA, 0, 6 + 2 * components, components))
        + b"".join(bytes((number + 1, 0)) for number in range(components))
        + (bytes((0, 0, 0)) if progressive else bytes((0, 63, 0)))
        + bytes(8)
    )
    return (
        b"\xff\xd8" + quantisation + start + struct.pack(">H", len(frame) + 2) + frame + tables + first
        + one * (scans - 1) + b"\xff\xd9"
    )  # fmt: skip


def jpegs() -> Iterator[tuple[str, bytes]]:
    for side in (100, 1_000, 3_000, 7_000, 65_500):
        for scans in (2, 30, 190, 1_000, 20_000):
            yield f"jpeg {side}², {scans} passes", jpeg(side, side, scans)
        yield f"jpeg {side}², one pass", jpeg(side, side, 1, progressive=False)
    yield "jpeg 65,500×1", jpeg(65_500, 1, 100)
    yield "jpeg of four inks", jpeg(4_000, 4_000, 9, components=4)
    small = encoded(Image.new("RGB", (64, 64), (9, 9, 9)), "JPEG")
    yield "jpeg, 100,000 comments", small[:2] + b"\xff\xfe\0\2" * 100_000 + small[2:]
    yield "jpeg, 4,900 comments of 2 kB", small[:2] + (b"\xff\xfe\7\xd0" + bytes(1998)) * 4_900 + small[2:]
    yield "jpeg, 1 MB of 0xFF", small[:2] + b"\xff" * 1_000_000 + small[2:]
    yield "jpeg, 3 MB of junk before its pixels", small[:2] + bytes(3_000_000) + small[2:]
    exif = exif_bomb()
    yield (
        "jpeg, EXIF that points 5,000 times to itself",
        (small[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + small[2:]),
    )
    profile = bytes(65_000)
    part = b"\xff\xe2" + struct.pack(">H", len(profile) + 16) + b"ICC_PROFILE\0" + bytes((1, 255)) + profile
    yield "jpeg, profile of 16 MB", small[:2] + part * 250 + small[2:]
    yield (
        "jpeg, profile of twice the tables",
        encoded(
            Image.new("RGB", (8, 8)),
            "JPEG",
            icc_profile=rgb_profile(DISPLAY_P3)[:128] + struct.pack(">I", 2**31),
        ),
    )
    yield "jpeg, another behind its end", small + jpeg(60_000, 60_000, 9)
    for end in range(2, len(small), 60):
        yield f"jpeg cut at {end}", small[:end]


def exif_bomb() -> bytes:
    entries = 5_000
    one = struct.pack(">HHII", 0x9286, 7, 60_000, 8)
    return (b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", entries) + one * entries)[:65_500]


def gifs() -> Iterator[tuple[str, bytes]]:
    small = encoded(Image.new("P", (16, 16)), "GIF")
    yield "gif 65,535²", small[:6] + struct.pack("<HH", 65_535, 65_535) + small[10:]
    yield "gif 7,000² that holds 16²", small[:6] + struct.pack("<HH", 7_000, 7_000) + small[10:]
    comments = b"\x21\xfe" + (b"\xff" + bytes(255)) * 40_000 + b"\0"
    yield "gif, 10 MB of comment", small[:-1] + comments + small[-1:]
    yield "gif, 10 MB of comment first", small[:13] + comments + small[13:]
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 16, 16, 0) + b"\x02\x02\x44\x01\0"
    yield "gif, 100,000 frames", small[:-1] + frame * 100_000 + b"\x3b"
    yield (
        "gif, first frame 65,000 wide",
        b"GIF89a"
        + struct.pack("<HHBBB", 1, 1, 0, 0, 0)
        + (b"\x2c" + struct.pack("<HHHHB", 0, 0, 65_000, 65_000, 0) + b"\x02\x02\x44\x01\0\x3b"),
    )


def bmps() -> Iterator[tuple[str, bytes]]:
    for bits, compression in ((24, 0), (8, 1), (4, 2), (1, 0), (32, 3), (16, 3), (24, 77)):
        for width, height in (
            (20_000, 20_000),
            (6_000, 5_000),
            (8, -8),
            (-8, 8),
            (2**31 - 1, 1),
            (3, 2**31 - 1),
        ):
            head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, 0, 0, 0, 0, 0)
            start = struct.pack("<2sIHHI", b"BM", 70, 0, 0, 54)
            yield f"bmp {width}×{height}, {bits} bits, packing {compression}", start + head + bytes(1024)
    head = struct.pack("<IiiHHIIiiII", 40, 6_000, 4_000, 1, 8, 1, 0, 0, 0, 256, 0)
    start = struct.pack("<2sIHHI", b"BM", 70, 0, 0, 54 + 1024)
    yield "bmp, 24 million runs of one pixel", start + head + bytes(1024) + b"\1\2" * 24_000_000
    yield (
        "bmp, palette of 4 billion",
        start + struct.pack("<IiiHHIIiiII", 40, 8, 8, 1, 8, 0, 0, 0, 0, 2**32 - 1, 0),
    )


def tiffs() -> Iterator[tuple[str, bytes]]:
    usual = {256: (4, [16]), 257: (4, [16]), 258: (3, [8]), 259: (3, [1]), 262: (3, [1]), 277: (3, [1])}
    for width, height in ((30_000, 30_000), (2**32 - 1, 2**32 - 1), (7_000, 7_000), (1, 29_000), (0, 0)):
        yield f"tiff {width}×{height}", tiff(usual | {256: (4, [width]), 257: (4, [height])}, bytes(256))
    yield (
        "tiff 5,000×4,000 of packed zeros",
        tiff(usual | {256: (4, [5_000]), 257: (4, [4_000]), 259: (3, [8])}, zeros(20_000_000)),
    )
    yield "tiff, strip that unpacks to 500 MB", tiff(usual | {259: (3, [8])}, zeros(300_000_000))
    yield "tiff, 60,000 channels", tiff(usual | {277: (3, [60_000])}, bytes(256))
    yield "tiff, 255 channels", tiff(usual | {258: (3, [8] * 255), 277: (3, [255])}, bytes(65_280))
    yield "tiff, rows per strip 0", tiff(usual | {278: (4, [0])}, bytes(256))
    yield (
        "tiff, 190,000 strips",
        tiff(usual | {273: (4, [8]), 278: (4, [1]), 324: (4, [8] * 190_000)}, bytes(256)),
    )
    yield (
        "tiff, tiles of 2 GB",
        tiff(usual | {322: (4, [65_536]), 323: (4, [65_536]), 324: (4, [8])}, bytes(256)),
    )
    yield "tiff, unknown packing", tiff(usual | {259: (3, [50_001])}, bytes(256))
    for kind in range(20):
        head = b"MM\0*" + struct.pack(">IH", 8, 3)
        entries = b"".join(struct.pack(">HHII", tag, kind, 2**32 - 1, 8) for tag in (256, 273, 34675))
        yield f"tiff, 4 billion values of kind {kind}", head + entries + bytes(400)
    many = b"MM\0*" + struct.pack(">IH", 8, 65_535) + struct.pack(">HHII", 256, 4, 1, 1) * 65_535
    yield "tiff, 65,535 entries", many
    yield (
        "tiff, entries that share their bytes",
        b"II*\0"
        + struct.pack("<IH", 8, 400)
        + (struct.pack("<HHII", 273, 7, 4_000_000, 8) * 400 + bytes(4_000_000)),
    )
    yield "tiff, directory behind the end", b"II*\0" + struct.pack("<I", 2**32 - 8)
    yield "tiff, directory that points to itself", tiff(usual, bytes(256))[:-260] + struct.pack(">I", 8) * 65
    yield "tiff, big, with 2⁶³ entries", b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2**63) + bytes(99)
    yield "tiff of floats", encoded(Image.fromarray(np.ones((8, 8), np.float32)), "TIFF")
    yield "tiff of negative numbers", encoded(Image.fromarray(np.full((8, 8), -5, np.int32)), "TIFF")
    for scans in (5, 90):
        inner = jpeg(4_000, 4_000, scans)
        yield (
            f"tiff of a jpeg in {scans} passes",
            tiff(
                usual
                | {
                    256: (4, [4_000]),
                    257: (4, [4_000]),
                    258: (3, [8] * 3),
                    259: (3, [7]),
                    262: (3, [6]),
                    277: (3, [3]),
                },
                inner,
            ),
        )


def webps() -> Iterator[tuple[str, bytes]]:
    small = encoded(Image.new("RGBA", (16, 16), (1, 2, 3, 4)), "WEBP", lossless=True, exact=True)
    body = small[12:]

    def riff(content: bytes) -> bytes:
        return b"RIFF" + struct.pack("<I", len(content) + 4) + b"WEBP" + content

    def extended(width: int, height: int, flags: int, content: bytes) -> bytes:
        sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        return riff(b"VP8X" + struct.pack("<I", 10) + bytes((flags, 0, 0, 0)) + sizes + content)

    frame = b"ANMF" + struct.pack("<I", 16 + len(body)) + bytes(6) + b"\x0f\0\0\x0f\0\0" + bytes(4) + body
    animation = b"ANIM" + struct.pack("<I", 6) + bytes(6)
    yield "webp 16,000²", extended(16_000, 16_000, 16, body)
    yield "webp 2²⁴ wide", extended(2**24, 1, 16, body)
    yield "webp, canvas unlike its picture", extended(2_000, 2_000, 16, body)
    yield "webp, 10,000 frames", extended(16, 16, 18, animation + frame * 10_000)
    yield "webp, 4,000² canvas in frames", extended(4_000, 4_000, 18, animation + frame * 3)
    yield "webp, 2,600² canvas in frames", extended(2_600, 2_600, 18, animation + frame * 3)
    yield "webp, frames of nothing", extended(16, 16, 18, animation)
    yield "webp 4,000² of one colour", encoded(Image.new("RGB", (4_000, 4_000)), "WEBP", quality=1, method=0)


def others() -> Iterator[tuple[str, bytes]]:
    for letter in b"123456":
        kind = bytes((letter,))
        yield f"pnm P{letter - 48} 30,000²", b"P" + kind + b"\n30000 30000\n255\n" + bytes(99)
        yield f"pnm P{letter - 48} 5,000²", b"P" + kind + b"\n5000 5000\n255\n" + b"1 " * 100_000
        yield f"pnm P{letter - 48}, number of 400 digits", b"P" + kind + b"\n" + b"9" * 400 + b" 1\n255\n"
        yield (
            f"pnm P{letter - 48}, comment of 3 MB",
            b"P" + kind + b"\n#" + b"x" * 3_000_000 + b"\n1 1\n255\n\0\0\0",
        )
        yield f"pnm P{letter - 48}, negative", b"P" + kind + b"\n-8 -8\n255\n" + bytes(99)
    jp2 = encoded(Image.new("RGB", (64, 64)), "JPEG2000")
    for size in (30_000, 6_000, 2_400):
        at = jp2.index(b"\xff\x51") + 6
        patched = bytearray(jp2)
        patched[at : at + 8] = struct.pack(">II", size, size)
        box = patched.find(b"ihdr") + 4
        patched[box : box + 8] = struct.pack(">II", size, size)
        yield f"jpeg 2000 {size}² of 64²", bytes(patched)
        patched[at + 16 : at + 24] = struct.pack(">II", 1, 1)
        yield f"jpeg 2000 {size}² in tiles of one pixel", bytes(patched)
    avif = encoded(Image.new("RGB", (64, 64)), "AVIF", speed=10)
    for size in (30_000, 3_500):
        at = avif.index(b"ispe") + 8
        yield f"avif {size}² of 64²", avif[:at] + struct.pack(">II", size, size) + avif[at + 8 :]
    for size in (60_000, 5_000):
        yield (
            f"tga {size}²",
            bytes((0, 0, 10)) + bytes(9) + struct.pack("<HHBB", size, size, 24, 0) + b"\xff\1\2\3" * 99,
        )
        yield (
            f"sun raster {size}²",
            struct.pack(">8I", 0x59A66A95, size, size, 24, 0, 2, 0, 0) + b"\x80\xff\1" * 99,
        )
        yield f"sgi {size}²", struct.pack(">HBBHHHH", 474, 1, 1, 3, size, size, 3) + bytes(5_000)
        yield (
            f"pcx {size}²",
            struct.pack("<BBBBHHHH", 10, 5, 1, 8, 0, 0, size - 1, size - 1)
            + bytes(53)
            + b"\3"
            + (struct.pack("<H", size) + bytes(60) + b"\xff\1" * 99),
        )


def no_pictures() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "zeros", bytes(100_000)
    yield "text", b"once upon a time " * 1_000
    yield "html", b"<!DOCTYPE html><html><body>404</body></html>"
    yield "svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'
    yield "svg that names a file", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>'
    yield "pdf", b"%PDF-1.7\n" + bytes(99)
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\nshowpage"
    yield "zip", b"PK\x03\x04" + bytes(99)
    yield "gzip bomb", gzip.compress(bytes(10_000_000))
    yield "heic", struct.pack(">I", 24) + b"ftypheic" + bytes(99)
    yield "photoshop", b"8BPS\0\1" + bytes(99)
    yield "icon", b"\0\0\1\0\1\0" + bytes(99)
    yield "executable", b"\x7fELF" + bytes(999)
    yield "pickle", b"cos\nsystem\n(S'true'\ntR."
    yield "exr", b"v/1\x01" + bytes(99)
    yield "noise", np.random.default_rng(0).bytes(100_000)
    for kind in KINDS.values():
        yield f"the first bytes of a {kind.ending}", kind.data[:12]


def damaged() -> Iterator[tuple[str, bytes]]:
    rng = np.random.default_rng(1)
    for name in ("png", "jpeg", "jpeg, progressive", "gif", "bmp", "tiff, lzw", "webp, lossless", "avif", "jpeg 2000",
                 "pcx", "sgi", "tga", "display p3 jpeg", "16-bit rgb tiff", "palette with a hole"):  # fmt: skip
        data = KINDS[name].data
        for number in range(4):
            spoiled = bytearray(data)
            for place in rng.integers(8, len(data), 6):
                spoiled[place] = rng.integers(0, 256)
            yield f"{name}, six bytes wrong ({number})", bytes(spoiled)
        yield f"{name}, cut in half", data[: len(data) // 2]


def hostile_pictures() -> Iterator[tuple[str, bytes]]:
    """Yield what is wrong, and the file."""
    for family in (
        large_pngs, png_chunks, jpegs, gifs, bmps, tiffs, webps, others, no_pictures, damaged,
    ):  # fmt: skip
        yield from family()


def ending_of(name: str) -> str:
    """Return the ending that such a file would have."""
    return {"pnm": "ppm", "sun": "ras"}.get(name.split()[0], name.split()[0].strip(","))


def main() -> None:
    from cifar_core.data.picture import reader
    from cifar_core.data.picture.limits import PictureProblem
    from cifar_core.data.reading import Preparation

    child = reader.PictureReader()
    rows = []
    for name, data in hostile_pictures():
        child.close()  # a fresh process each, to see what one file takes
        child.read(KINDS["png"].data, "png", Preparation(), shown=False)
        process = psutil.Process(child._process.pid)
        before, started = sum(process.cpu_times()[:2]), time.monotonic()
        try:
            answer = child.read(data, ending_of(name), Preparation(), shown=True)
            said = f"{answer.format} {'; '.join(answer.changes)}"
        except PictureProblem as problem:
            said = str(problem)
        seconds, most, computed = time.monotonic() - started, 0.0, 0.0
        if child._process is not None:
            computed = sum(process.cpu_times()[:2]) - before
            most = highest_memory(process.pid)
        rows.append((seconds, computed, most, len(data), name, said))
        print(
            f"{computed:6.2f} s {seconds:6.2f} s {most:6.0f} MB {len(data):>10,} {name}: {said}", flush=True
        )
    print(len(rows), "files; longest", max(rows)[:5], "most memory", max(rows, key=lambda row: row[2])[:5])


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, "utf-8")
    main()
