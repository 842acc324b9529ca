"""What JPEG 2000 and AVIF files say of their colours, in boxes that Pillow's decoders pass over."""

import struct
from collections.abc import Iterator

from cifar_core.data.picture import changes
from cifar_core.data.picture.headers import Headers
from cifar_core.data.picture.limits import MAX_PROFILE_BYTES

_MOST_BOXES = 100
_BOXED = b"\0\0\0\x0cjP  "
_ICC = (2, 3)  # ways in which a colour profile stands in a file: restricted, any
_COLOUR_HEADER = 3
_MOST_SEARCHED = 100_000  # bytes of an AVIF file, whose boxes stand before its pixels
_HIGH_BIT_DEPTH = 0x40


def look_through_jpeg2000(data: bytes) -> Headers:
    """Read colour profile and depth of a JPEG 2000 file; a bare code stream has no profile.

    Parameters
    ----------
    data : bytes
        The whole file.
    """
    profile = b""
    said: tuple[str, ...] = ()
    if data.startswith(_BOXED):
        for kind, start, end in _boxes(data, 0, len(data)):
            if kind == b"jp2h":
                for inner, begin, stop in _boxes(data, start, end):
                    if inner == b"ihdr":
                        said = _deep(data[begin:stop])
                    elif inner == b"colr" and not profile and data[begin : begin + 1] in map(_byte, _ICC):
                        profile = data[begin + _COLOUR_HEADER : min(stop, begin + MAX_PROFILE_BYTES)]
    return Headers(data, profile=profile, said=said)


def look_through_avif(data: bytes) -> Headers:
    """Read the depth of an AVIF file, from the configuration of its decoder (AV1-ISOBMFF, 2.3).

    Parameters
    ----------
    data : bytes
        The whole file.
    """
    flags = data[data.find(b"av1C", 0, _MOST_SEARCHED) + 6 :][:1] if b"av1C" in data[:_MOST_SEARCHED] else b""
    return Headers(data, said=(changes.CUT,) if flags and flags[0] & _HIGH_BIT_DEPTH else ())


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, begin and end of the content of the boxes in a part of a file."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        length, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if length == 1 and start + 16 <= end:  # a length of 64 bits follows
            length, header = struct.unpack_from(">Q", data, start + 8)[0], 16
        stop = end if length == 0 else min(end, start + length)
        if stop < start + header:
            return
        yield kind, start + header, stop
        start = stop


def _deep(header: bytes) -> tuple[str, ...]:
    """Say so where Pillow cuts colours to 8 bits; of gray alone it keeps 16."""
    if len(header) < 11:
        return ()
    channels, depth = struct.unpack_from(">HB", header, 8)
    return (changes.CUT,) if channels > 1 and (depth & 0x7F) + 1 > 8 else ()


def _byte(number: int) -> bytes:
    return bytes((number,))
