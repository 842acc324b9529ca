"""ZIP archives of unknown origin: what one claims to hold is checked before anything of it is unpacked."""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from cifar_core.sizes import data_size

MOST_LIST_BYTES = 1024 * 1024
"""Longest list of members that is read, about ten thousand: Python makes an object of each."""

_END = struct.Struct("<4s4H2LH")
_LOCATOR_BYTES = 20


class ArchiveError(ValueError):
    """An archive is not opened; the message ends a sentence: “it …”."""


@contextmanager
def open_archive(
    file: BinaryIO, *, most_bytes: int, most_list_bytes: int = MOST_LIST_BYTES
) -> Iterator[zipfile.ZipFile]:
    """Open an archive to read it, if its list is short and its members can be unpacked within bounds.

    Reading a member ends at the size that the list claims of it, so the sizes hold even where the list lies.

    Parameters
    ----------
    file : binary file
        Open for reading; it stays open.
    most_bytes : int
        How much all members together may be, unpacked.
    most_list_bytes : int
        How long the list of members may be; each takes a hundred bytes, and a long name more.

    Raises
    ------
    ArchiveError
        It is none, is damaged, or breaks a rule.
    """
    _check_list(file, most_list_bytes)
    try:
        archive = zipfile.ZipFile(file)
    except (
        Exception
    ) as error:  # What a damaged archive raises depends on where the damage is: nearly anything.
        raise ArchiveError("its list of members cannot be read") from error
    with archive:
        members = archive.infolist()
        if any(member.flag_bits & 0x1 for member in members):
            raise ArchiveError("it is encrypted")
        if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
            raise ArchiveError("it is packed in a way that is not read here")
        unpacked = sum(member.file_size for member in members)
        if unpacked > most_bytes:
            raise ArchiveError(
                f"it would unpack to {data_size(unpacked, most_bytes)}, and at most "
                f"{data_size(most_bytes, unpacked)} are unpacked"
            )
        yield archive


def _check_list(file: BinaryIO, most_bytes: int) -> None:
    """Refuse an archive whose list of members is long; ``zipfile`` would read it whole."""
    size = file.seek(0, 2)
    if not size:
        raise ArchiveError("it is empty")
    file.seek(max(0, size - _END.size - _LOCATOR_BYTES - 0xFFFF))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise ArchiveError("it is no archive, or its end is missing")
    if _END.unpack_from(tail, at)[5] > most_bytes or tail[: at - _LOCATOR_BYTES + 4].endswith(b"PK\x06\x07"):
        raise ArchiveError("it has too many members")
