"""What is asked of a JPEG file before it is decoded, and the parts of it that the decoder gets."""

import re
import struct

from cifar_core.data.picture.headers import SAVE_AGAIN, Headers
from cifar_core.data.picture.limits import (
    MAX_SCANNED_PIXELS,
    MAX_SCANS,
    MAX_SEGMENTS,
    WORKING_PIXELS,
    PictureProblem,
    check_size,
)

DAMAGED = "The JPEG picture is truncated or damaged."

_MARKER = re.compile(rb"\xff+([\x01-\xfe])")
_START_OF_SCAN, _END, _APP0, _EXIF, _PROFILE, _ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE
_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a body
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_MANY_PASSES = {0xC2, 0xC6, 0xCA, 0xCE}  # progressive
_COEFFICIENT_BYTES = (
    2  # of a picture that comes in passes, every frequency of every block is held till the end
)


def look_through(data: bytes) -> Headers:
    """Read the headers of a JPEG file and count its passes over the picture.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    PictureProblem
        It is damaged, too large, or made to take long.
    """
    kept, exif, xmp = [data[:2]], b"", b""
    frame: tuple[int, bytes] | None = None
    position = 2
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(data, position)
        if found is None:
            raise PictureProblem(DAMAGED, SAVE_AGAIN)
        marker, position = found[1][0], found.end()
        if marker in _ALONE:
            continue
        if marker == _START_OF_SCAN:
            break
        length = int.from_bytes(data[position : position + 2])
        body = data[position + 2 : position + length]
        position += max(length, 2)
        if marker == _EXIF:
            if body.startswith(b"Exif\0") and not exif:
                exif = body
            elif body.startswith(b"http://ns.adobe.com/xap/1.0/") and not xmp:
                xmp = body
            continue
        if marker in _FRAMES:
            if frame is not None or len(body) < 6:
                raise PictureProblem(DAMAGED, SAVE_AGAIN)
            frame = marker, body
        profile = marker == _PROFILE and body.startswith(b"ICC_PROFILE\0")
        if marker < _APP0 or marker in (_APP0, _ADOBE) or profile:
            kept.append(data[found.start(1) - 1 : position])
    else:
        raise PictureProblem(f"The JPEG file has more than {MAX_SEGMENTS:,} parts.", SAVE_AGAIN)
    if frame is None:
        raise PictureProblem(DAMAGED, SAVE_AGAIN)
    # Among pixels the two bytes of a marker are always a marker. What follows the end is never decoded.
    start = position - 2
    end = data.find(bytes((0xFF, _END)), start)
    pixels = data[start:] if end < 0 else data[start : end + 2]
    shrink = _check_cost(*frame, scans=pixels.count(bytes((0xFF, _START_OF_SCAN))))
    return Headers(b"".join((*kept, pixels)), exif, xmp, shrink=shrink)


def _check_cost(marker: int, frame: bytes, *, scans: int) -> int:
    """Refuse a picture that takes too much; return by how much it is to be made smaller."""
    height, width, components = struct.unpack(">HHB", frame[1:6])
    sampling = [frame[7 + 3 * number] for number in range(components) if 7 + 3 * number < len(frame)]
    if len(sampling) < components or not all(one >> 4 and one & 15 for one in sampling):
        raise PictureProblem(DAMAGED, SAVE_AGAIN)
    shrink = 1
    while width * height > WORKING_PIXELS * shrink**2 and shrink < 8:
        shrink *= 2
    held = 0.0
    if marker in _MANY_PASSES or scans > 1:
        if scans > MAX_SCANS or scans * width * height > MAX_SCANNED_PIXELS:
            raise PictureProblem(
                f"The JPEG picture of {width * height / 1e6:.1f} megapixels comes in {scans:,} passes, "
                "which would take too long to decode.",
                "Save it again, not as progressive.",
            )
        densest = max(one >> 4 for one in sampling) * max(one & 15 for one in sampling)
        samples = sum((one >> 4) * (one & 15) for one in sampling) / densest
        held = width * height * samples * _COEFFICIENT_BYTES
    check_size(width, height, pixel_bytes=4 / shrink**2, extra_bytes=round(held))
    return shrink
