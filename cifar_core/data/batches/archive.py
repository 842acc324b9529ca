"""Reading a ``.tar.gz`` from an unknown hand, file by file, without unpacking it to disk.

A small archive can ask for any amount of time and memory: headers of gigabytes, hundreds of thousands of files, 8 GB of
zeros that take 8 MB packed. So it is read once from beginning to end, and what is not wanted of it is paid from a small
allowance. It must have its end, too: of one that was cut off, files are missing.
"""

import bz2
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Protocol

from cifar_core.errors import DataError
from cifar_core.names import visible
from cifar_core.sizes import data_size

LARGEST_FILE = 160_000_000
"""Bytes; the largest official file has 155 million, and such a one is held in memory twice while it is read."""

MOST_OTHER = 50_000_000
"""Bytes of all that is not wanted, headers and padding too: of the official archives it is a few thousand."""

MOST_FILES = 1_000
"""In one archive; the official ones have eight."""

MOST_HEADER = 65_536
"""Bytes of a long name, or of what else is told of one file."""

_MOST_PIECES = 10_000
"""Packed pieces, one after another, in one file: some programs write one for each 64 kB."""

MOST_TIMES = 50
"""So many times more may be unpacked than is packed, beyond the first 30 MB: pictures shrink to a half, drawings to a
twentieth, but zeros to a thousandth."""

_FIRST_BYTES = 30_000_000

_CHUNK = 65_536

UNREADABLE = (tarfile.TarError, OSError, EOFError, zlib.error, RecursionError, ValueError)
"""What a damaged archive can raise."""

_ABOUT_ANOTHER = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
"""Headers that tell something about the next file, and are read into memory whole."""


class _Header(tarfile.TarInfo):
    """A header that is refused where it would cost much or where the archive is cut off; tarfile overlooks both."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Header":
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as problem:
            if len(buf) == tarfile.BLOCKSIZE and not any(buf):  # the usual end
                raise
            raise tarfile.ReadError("it is cut off or damaged") from problem
        if header.type in _ABOUT_ANOTHER and header.size > MOST_HEADER:
            raise tarfile.ReadError(f"a header of {header.size:,} bytes")
        if header.type == tarfile.GNUTYPE_SPARSE:
            cls._refuse_holes()
        return header

    @staticmethod
    def _refuse_holes(*_: object) -> "_Header":
        raise tarfile.ReadError("a file with holes (sparse)")

    # Newer ways to write such files; tarfile reads their lists of holes whole.
    _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10 = _refuse_holes


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Gunzipped:
    """The content of a gzip file, forwards only; Python's own reader takes a header of any length byte by byte."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._unpacker = zlib.decompressobj(wbits=31)
        self._waiting = b""
        self._pieces = 1

    def read(self, size: int, /) -> bytes:
        while True:
            if self._unpacker.eof:
                self._waiting = (self._unpacker.unused_data or self._packed.read(_CHUNK)).lstrip(b"\0")
                if not self._waiting:
                    return b""
                self._pieces += 1
                if self._pieces > _MOST_PIECES:
                    raise EOFError("it is packed in too many pieces")
                self._unpacker = zlib.decompressobj(wbits=31)
            packed = self._waiting or self._packed.read(_CHUNK)
            if not packed:
                raise EOFError("it is cut off")
            found = self._unpacker.decompress(packed, size)
            self._waiting = self._unpacker.unconsumed_tail
            if found:
                return found


class _Limited:
    """What an archive holds, as long as it keeps within its allowance."""

    def __init__(self, content: _Readable, packed: IO[bytes], path: Path) -> None:
        self._content = content
        self._packed = packed
        self._path = path
        self._allowed = MOST_OTHER
        self._unpacked = 0

    def allow(self, more: int) -> None:
        self._allowed += more

    def read(self, size: int = _CHUNK) -> bytes:
        parts = []
        while size > 0 and (part := self._content.read(size)):
            parts.append(part)
            size -= len(part)
            self._unpacked += len(part)
            if self._unpacked > _FIRST_BYTES + MOST_TIMES * self._packed.tell():
                raise DataError(
                    f"{self._path} unpacks to more than {MOST_TIMES} times its size: it holds the same again and "
                    "again, not pictures. Get it again."
                )
            self._allowed -= len(part)
            if self._allowed < 0:
                raise DataError(
                    f"{self._path} holds more than {MOST_OTHER // 1_000_000} MB beside its pictures and labels. "
                    "Pack these alone."
                )
        return b"".join(parts)


def files_in_archive(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Yield the wanted files of an archive.

    Parameters
    ----------
    path : Path
        A ``.tar``, ``.tar.gz`` or ``.tar.bz2``.
    wanted : callable
        Takes a name without folder.

    Yields
    ------
    str, int, file
        Name without folder, size in bytes, and the content, to be read before the next one is asked for. Only plain
        files are there: links and paths in an archive are never followed.

    Raises
    ------
    DataError
        It holds too much beside them, or one of them twice.
    TarError, OSError, EOFError, zlib.error, RecursionError, ValueError
        It is damaged or cut off: :data:`UNREADABLE`.
    """
    seen = set()
    with path.open("rb") as packed:
        content = _Limited(_unpacked(packed, path), packed, path)
        with tarfile.open(fileobj=content, mode="r|", tarinfo=_Header) as archive:  # type: ignore[call-overload]
            for count, member in enumerate(archive, 1):
                if count > MOST_FILES:
                    raise DataError(
                        f"{path} holds more than {MOST_FILES:,} files. Pack the pictures and labels alone."
                    )
                name = member.name.rpartition("/")[2]
                if not member.isreg() or not wanted(name):
                    _check_other(name, member.size, path)
                    continue
                if name in seen:
                    raise DataError(f"{path} holds two files called {visible(name, 80)}. Keep one of them.")
                seen.add(name)
                check_size(name, member.size, path)
                content.allow(member.size)
                stream = archive.extractfile(member)
                assert stream is not None
                yield name, member.size, stream
        while content.read():  # what is packed has a checksum at its end
            pass


def check_size(name: str, size: int, path: Path) -> None:
    """Refuse a file that is too large to be read into memory.

    Parameters
    ----------
    name : str
        Without folder.
    size : int
        In bytes.
    path : Path
        Where it lies.

    Raises
    ------
    DataError
        It is.
    """
    if size > LARGEST_FILE:
        raise DataError(
            f"{visible(name, 80)} in {path} has {data_size(size, LARGEST_FILE)}, more than the "
            f"{data_size(LARGEST_FILE, size)} that one file may have. Get it again, or share its pictures among "
            "several files."
        )


def _check_other(name: str, size: int, path: Path) -> None:
    if size > MOST_OTHER:
        raise DataError(
            f"{path} holds “{visible(name, 80)}” with {data_size(size)}, which is no part of a data set. Pack the "
            "pictures and labels alone."
        )


def _unpacked(packed: IO[bytes], path: Path) -> _Readable:
    head = packed.read(6)
    packed.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return _Gunzipped(packed)
    if head.startswith(b"BZh"):
        return bz2.open(packed, "rb")
    if head == b"\xfd7zXZ\0" or head.startswith(b"PK\x03\x04"):
        kind = "zip" if head.startswith(b"PK") else "xz"
        raise DataError(
            f"{path} is packed with {kind}, which is not read here. Unpack it, or pack it as .tar.gz."
        )
    return packed
