"""What is asked of a PNG file before it is decoded, and the parts of it that the decoder gets."""

import struct
import zlib

from cifar_core.data.picture import changes
from cifar_core.data.picture.headers import SAVE_AGAIN, Headers
from cifar_core.data.picture.limits import MAX_CHUNKS, MAX_PROFILE_BYTES, PictureProblem, check_size

DAMAGED = "The PNG picture is truncated or damaged."

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_BYTES_OF_16_BIT = {0: 2, 2: 12, 4: 4, 6: 12}  # by kind of colour: colours are decoded twice, see depth.py


def look_through(data: bytes) -> Headers:
    """Read the headers of a PNG file.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    PictureProblem
        It is damaged or too large.
    """
    kept: list[tuple[int, int]] = []
    others: dict[bytes, bytes] = {}
    position = len(_SIGNATURE)
    for _ in range(MAX_CHUNKS):
        header = data[position : position + 8]
        if len(header) < 8:
            break  # The decoder says whether pixels are missing.
        length, kind = struct.unpack(">I4s", header)
        end = position + length + 12
        if kind in _PIXELS:
            kept.append((position, end))
        elif kind in (b"eXIf", b"iCCP", b"acTL") and length <= MAX_PROFILE_BYTES:
            others.setdefault(kind, data[position + 8 : position + 8 + length])
        elif kind == b"iCCP":
            others.setdefault(kind, b"")
        position = end
        if kind == b"IEND":
            break
    else:
        raise PictureProblem(f"The PNG file has more than {MAX_CHUNKS:,} parts.", SAVE_AGAIN)
    depth = _check_cost(data[16:29] if data[12:16] == b"IHDR" else b"")
    frames = int.from_bytes(others.get(b"acTL", b"")[:4])
    view = memoryview(data)
    profile = _unpack(others[b"iCCP"]) if b"iCCP" in others else b""
    return Headers(
        data=b"".join((_SIGNATURE, *(view[start:end] for start, end in kept))),
        exif=others.get(b"eXIf", b""),
        profile=profile or b"",
        bits=depth,
        said=(changes.FIRST_FRAME,) * (frames > 1) + (changes.DAMAGED_PROFILE,) * (profile is None),
    )


def _check_cost(header: bytes) -> int:
    """Refuse a picture that takes too much; return its bits for each channel."""
    if len(header) < 13:
        raise PictureProblem(DAMAGED, SAVE_AGAIN)
    width, height = struct.unpack(">II", header[:8])
    depth, colour = header[8], header[9]
    check_size(width, height, pixel_bytes=_BYTES_OF_16_BIT.get(colour, 12) if depth == 16 else 4)
    return depth


def _unpack(chunk: bytes) -> bytes | None:
    """Unpack a colour profile as far as is allowed; ``None`` where that is not all of it."""
    compressed = chunk.partition(b"\0")[2][1:]
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(compressed, MAX_PROFILE_BYTES)
    except zlib.error:
        return None
    return profile if profile and unpacker.eof else None
