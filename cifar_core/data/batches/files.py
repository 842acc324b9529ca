"""The files of a data set, in a folder or in an archive that is read without being unpacked to disk."""

import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from cifar_core.errors import DataError

LARGEST_FILE = 400_000_000
"""Bytes; the largest official file has 155 million."""

_UNREADABLE = (tarfile.TarError, OSError, EOFError, zlib.error)


def names_of_files(path: Path) -> Iterator[str]:
    """Yield the names of the files in a folder or archive, without their folders; nothing where it cannot be read.

    Parameters
    ----------
    path : Path
        A folder or a ``.tar.gz``, or anything else.
    """
    try:
        if path.is_dir():
            yield from (entry.name for entry in path.iterdir() if entry.is_file())
        elif path.is_file():
            with tarfile.open(path) as archive:
                yield from (_name_in(member) for member in archive if member.isfile())
    except _UNREADABLE:
        return


def read_files(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the wanted files of a folder or archive, each name once.

    Parameters
    ----------
    path : Path
        A folder that directly holds them, or a ``.tar.gz``.
    wanted : callable
        Takes a name without folder.

    Raises
    ------
    DataError
        The archive is damaged, a file is far too large or cannot be read.
    """
    try:
        if path.is_dir():
            for file in sorted(path.iterdir()):
                if wanted(file.name) and file.is_file():
                    _check_size(file.name, file.stat().st_size, path)
                    yield file.name, file.read_bytes()
            return
        seen = set()
        with tarfile.open(path) as archive:
            for member in archive:
                name = _name_in(member)
                # Only the content of plain files is read: links and paths in an archive are never followed.
                if not member.isfile() or name in seen or not wanted(name):
                    continue
                _check_size(name, member.size, path)
                stream = archive.extractfile(member)
                if stream is not None:
                    seen.add(name)
                    yield name, stream.read()
    except _UNREADABLE as problem:
        raise DataError(
            f"{path} cannot be read to its end ({problem}). Copy or download it again."
        ) from problem


def _name_in(member: tarfile.TarInfo) -> str:
    return member.name.rpartition("/")[2]


def _check_size(name: str, size: int, path: Path) -> None:
    if size > LARGEST_FILE:
        raise DataError(f"{name} in {path} is far larger than the official file. Get it again.")
