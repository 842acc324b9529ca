"""What is asked of a TIFF file before it is decoded, and the directory that the decoder gets."""

import struct
from dataclasses import dataclass

from cifar_core.data.picture import changes
from cifar_core.data.picture.headers import SAVE_AGAIN, Headers
from cifar_core.data.picture.limits import MAX_TIFF_ENTRIES, MAX_TIFF_STRIPS, PictureProblem
from cifar_core.data.picture.orientation import UPRIGHT

DAMAGED = "The TIFF picture is truncated or damaged."

_VALUE_BYTES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_TEXT_AND_BYTES = (1, 2, 7)
_SHORT = 3
_BITS, _PHOTOMETRIC, _ORIENTATION, _PLANES = 258, 262, 274, 284
_WHITE_IS_ZERO, _SEPARATE = 0, 2
_NEEDED = frozenset(
    (
        *(256, 257, _BITS, 259, _PHOTOMETRIC, 266, 273, 277, 278, 279, _PLANES),  # size, compression, strips
        *(
            292,
            293,
            317,
            320,
            322,
            323,
            324,
            325,
            332,
            338,
            339,
            347,
        ),  # fax, predictor, palette, tiles, channels
        *range(512, 522),  # JPEG of old
        *range(529, 533),  # YCbCr
        34675,  # colour profile
    )
)
"""The entries without which a picture cannot be decoded. Thumbnails, EXIF, GPS, further pages are left out: each
can be made to cost anything."""


@dataclass(frozen=True)
class _Form:
    """How numbers are laid out: in which order of bytes, in a classic file or a big one (BigTIFF)."""

    order: str
    offset: str
    header: int
    count: str
    entry: str
    room: int

    @classmethod
    def of(cls, data: bytes) -> "_Form":
        order = "<" if data[:2] == b"II" else ">"
        if data[2:4] in (b"+\0", b"\0+"):
            return cls(order, f"{order}Q", 8, f"{order}Q", f"{order}HHQ8s", 8)
        return cls(order, f"{order}I", 4, f"{order}H", f"{order}HHI4s", 4)


def look_through(data: bytes) -> Headers:
    """Read the first directory of a TIFF file.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    PictureProblem
        It is damaged, lists more than a picture can need, or holds 16-bit channels in planes.
    """
    form = _Form.of(data)
    try:
        (start,) = struct.unpack_from(form.offset, data, form.header)
        (entries,) = struct.unpack_from(form.count, data, start)
        if entries > MAX_TIFF_ENTRIES:
            raise PictureProblem(f"The TIFF file has a directory of {entries:,} entries.", SAVE_AGAIN)
        at, size = start + struct.calcsize(form.count), struct.calcsize(form.entry)
        needed: list[bytes] = []
        said: dict[int, int] = {}
        total = 0
        for place in range(at, at + entries * size, size):
            tag, kind, count, value = struct.unpack_from(form.entry, data, place)
            if kind == _SHORT and count and tag in (_BITS, _PHOTOMETRIC, _ORIENTATION, _PLANES):
                said[tag] = _first_short(data, form, count, value)
            if tag in _NEEDED:
                if count > MAX_TIFF_STRIPS and kind not in _TEXT_AND_BYTES:
                    raise PictureProblem(f"The TIFF file lists {count:,} values of one kind.", SAVE_AGAIN)
                total += count * _VALUE_BYTES.get(kind, 1)
                needed.append(data[place : place + size])
        (following,) = struct.unpack_from(form.offset, data, at + entries * size)
    except (struct.error, OverflowError):
        raise PictureProblem(DAMAGED, SAVE_AGAIN) from None
    if total > len(data):  # many entries that all point to the same bytes
        raise PictureProblem(DAMAGED, SAVE_AGAIN)
    bits = said.get(_BITS, 8)
    if said.get(_PLANES) == _SEPARATE and bits > 8:
        raise PictureProblem(
            f"The TIFF picture has its {bits}-bit colours in separate planes.", "Save it as a PNG."
        )
    return Headers(
        data=_with_directory(data, form, needed),
        orientation=said.get(_ORIENTATION, UPRIGHT),
        bits=bits,
        inverted=said.get(_PHOTOMETRIC) == _WHITE_IS_ZERO,
        said=(changes.FIRST_PAGE,) * (following != 0),
    )


def _first_short(data: bytes, form: _Form, count: int, value: bytes) -> int:
    """Return the first 16-bit value of an entry: within it where all of them fit, or where it points to."""
    if 2 * count <= form.room:
        place, held = 0, value
    else:
        (place,), held = struct.unpack(form.offset, value), data
    first: int = struct.unpack_from(f"{form.order}H", held, place)[0]
    return first


def _with_directory(data: bytes, form: _Form, entries: list[bytes]) -> bytes:
    """Append a directory with these entries and let the file begin with it."""
    header = data[: form.header] + struct.pack(form.offset, len(data) + len(data) % 2)
    directory = struct.pack(form.count, len(entries)) + b"".join(entries) + struct.pack(form.offset, 0)
    return b"".join((header, memoryview(data)[len(header) :], b"\0" * (len(data) % 2), directory))
