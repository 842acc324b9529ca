"""Comments of GIF and PNM files: the decoder reads them piece by piece, in Python, and takes seconds for megabytes."""

import re

from cifar_core.data.picture import changes
from cifar_core.data.picture.headers import SAVE_AGAIN, Headers
from cifar_core.data.picture.limits import MAX_COMMENT_BYTES, PictureProblem

_GAP = re.compile(rb"(?:\s|#[^\r\n]*)*")
_NUMBER = re.compile(rb"\d+")
_GIF_SCREEN = 13
"""Bytes of a GIF file before its table of colours."""
_EXTENSION, _COMMENT = 0x21, 0xFE
_PICTURE = b"\x2c"


def look_through_pnm(data: bytes) -> Headers:
    """Pass over the numbers at the beginning of a PBM, PGM or PPM file.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    PictureProblem
        Its comments are too long.
    """
    position, largest = 2, 0
    for _ in range(2 if data[1:2] in b"14" else 3):
        gap = _GAP.match(data, position)
        assert gap is not None  # it may be empty
        _check(gap.end() - position)
        number = _NUMBER.match(data, gap.end())
        if number is None:
            break
        position, largest = number.end(), int(number[0][:9])
    # Of gray the decoder keeps all 16 bits, of colours 8.
    return Headers(data, said=(changes.CUT,) if largest > 255 and data[1:2] in b"36" else ())


def look_through_gif(data: bytes) -> Headers:
    """Pass over what stands before the first picture of a GIF file.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    PictureProblem
        Its comments are too long, or no picture follows.
    """
    flags = data[10] if len(data) > 10 else 0
    position = _GIF_SCREEN + (3 * 2 ** (1 + flags % 8) if flags & 0x80 else 0)
    length = 0
    while position + 1 < len(data) and data[position] == _EXTENSION:
        is_comment = data[position + 1] == _COMMENT
        position += 2
        while position < len(data) and data[position]:
            length += data[position] if is_comment else 0
            position += 1 + data[position]
            _check(length)
        position += 1
    while data[position : position + 1] == b"\0":  # some programs end a block twice
        position += 1
        _check(position)
    if data[position : position + 1] not in (_PICTURE, b""):  # the decoder would look for one, byte by byte
        raise PictureProblem("The GIF picture is damaged: no picture stands behind its header.", SAVE_AGAIN)
    return Headers(data)


def _check(length: int) -> None:
    if length > MAX_COMMENT_BYTES:
        raise PictureProblem(
            f"The picture's file has a comment of more than {MAX_COMMENT_BYTES // 1000} kB.", SAVE_AGAIN
        )
