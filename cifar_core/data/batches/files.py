"""The files of a data set, in a folder or in an archive."""

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from cifar_core.data.batches.archive import UNREADABLE, check_size, files_in_archive
from cifar_core.errors import DataError
from cifar_core.names import visible
from cifar_core.system.files import bytes_of_holes

MOST_NAMES = 200_000
"""Bytes of a file with names of classes; a larger one holds something else."""

MOST_BYTES = 1_000_000_000
"""Of all files of a data set together: 325,000 pictures."""


class BatchFile(io.BufferedReader):
    """A file that is read from its beginning to its end, and never further.

    Parameters
    ----------
    name : str
        Without folder.
    size : int
        In bytes; a file that ends before is damaged.
    content : file
        Where it is read from.
    path : Path
        The folder or archive that it lies in, for sentences.

    Attributes
    ----------
    called : str
        Its name.
    size : int
        In bytes.
    """

    def __init__(self, name: str, size: int, content: IO[bytes], path: Path) -> None:
        self._counted = _Counted(size, content, path)
        super().__init__(self._counted, 65_536)
        self.called = name
        self.size = size

    def checksum(self, algorithm: str) -> None:
        """Have a checksum made of what is read from now on.

        Parameters
        ----------
        algorithm : {"md5", "sha256"}
            How.
        """
        self._counted.digest = hashlib.new(algorithm, usedforsecurity=False)

    def digest(self) -> str:
        """Read what is left, and return the checksum in hexadecimal digits."""
        while self.read(1_000_000):
            pass
        return self._counted.digest.hexdigest() if self._counted.digest else ""


class _Counted(io.RawIOBase):
    """The bytes of one file, as many as it should have."""

    def __init__(self, size: int, content: IO[bytes], path: Path) -> None:
        super().__init__()
        self.digest: hashlib._Hash | None = None
        self._left = size
        self._content = content
        self._path = path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        try:
            found = self._content.read(min(len(buffer), self._left))
        except UNREADABLE as problem:
            raise _cut_off(self._path, problem) from problem
        if not found and self._left and len(buffer):
            raise _cut_off(self._path, "it is cut off")
        self._left -= len(found)
        buffer[: len(found)] = found
        if self.digest is not None:
            self.digest.update(found)
        return len(found)


def names_of_files(path: Path, wanted: Callable[[str], bool]) -> Iterator[str]:
    """Yield the names of the wanted files in a folder or archive, without their folders.

    Parameters
    ----------
    path : Path
        A folder or a ``.tar.gz``, or anything else: it holds none.
    wanted : callable
        Takes a name without folder.

    Raises
    ------
    DataError
        It is no archive that can be read, or one that holds too much.
    """
    try:
        if path.is_dir():
            yield from (entry.name for entry in path.iterdir() if wanted(entry.name) and entry.is_file())
        elif path.is_file():
            yield from (name for name, _, _ in files_in_archive(path, wanted))
    except UNREADABLE as problem:
        raise _cut_off(path, problem) from problem


def read_files(path: Path, wanted: Callable[[str], bool]) -> Iterator[BatchFile]:
    """Yield the wanted files of a folder or archive, each to be read before the next one is asked for.

    Parameters
    ----------
    path : Path
        A folder that directly holds them, or a ``.tar.gz``.
    wanted : callable
        Takes a name without folder.

    Raises
    ------
    DataError
        The archive is damaged or cut off, a file is far too large or cannot be read.
    """
    try:
        total = 0
        for name, size, content in (
            _in_folder(path, wanted) if path.is_dir() else files_in_archive(path, wanted)
        ):
            total += size
            if total > MOST_BYTES:
                raise DataError(
                    f"{path} holds more than {MOST_BYTES / 1e6:,.0f} MB of pictures. Take a part of them."
                )
            yield BatchFile(name, size, content, path)
    except UNREADABLE as problem:
        raise _cut_off(path, problem) from problem


def _cut_off(path: Path, problem: object) -> DataError:
    return DataError(f"{path} cannot be read to its end ({problem}). Copy or download it again.")


def _in_folder(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, int, IO[bytes]]]:
    for file in sorted(path.iterdir()):
        if wanted(file.name) and file.is_file():
            size = file.stat().st_size
            check_size(file.name, size, path)
            with file.open("rb") as content:
                if 2 * bytes_of_holes(content.fileno(), size) > size:
                    what = f"Most of {visible(file.name, 80)} in {path} was never written: it has holes (it is sparse)."
                    raise DataError(f"{what} Copy or download it again.")
                yield file.name, size, content
