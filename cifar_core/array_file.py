"""Arrays in an ``.npz`` file of unknown origin: what each claims to be is known before it is unpacked."""

import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from cifar_core.archive import MOST_LIST_BYTES, ArchiveError, open_archive

_SUFFIX = ".npy"


class ArrayFile:
    """The arrays of an open file.

    Parameters
    ----------
    archive : zipfile.ZipFile
        From :func:`open_arrays`.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = tuple(
            name.removesuffix(_SUFFIX) for name in archive.namelist() if name.endswith(_SUFFIX)
        )

    def header(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Return the shape and kind that an array claims, without unpacking it.

        Raises
        ------
        ArchiveError
            There is no such array, or it is none of plain numbers or text.
        """
        with self._member(name) as member:
            return _header(member)

    def read(self, name: str) -> NDArray[Any]:
        """Unpack an array; it takes the memory that its header claims.

        Raises
        ------
        ArchiveError
            There is no such array, it is none of plain numbers or text, or its content is not what its header claims.
        """
        with self._member(name) as member:
            shape, kind = _header(member)
            size = self._archive.getinfo(name + _SUFFIX).file_size
            if math.prod(shape) * kind.itemsize > size:
                raise ArchiveError(f"“{name[:40]}” claims to be larger than it is")
        with self._member(name) as member:
            array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
            if member.read(1):  # also compares the checksum
                raise ArchiveError(f"“{name[:40]}” is larger than it claims to be")
            return array

    @contextmanager
    def _member(self, name: str) -> Iterator[Any]:
        archive = self._archive
        try:
            with archive.open(name + _SUFFIX) as member:
                yield member
        except ArchiveError:
            raise
        except MemoryError:
            raise ArchiveError(f"“{name[:40]}” is too large for the memory of this machine") from None
        except (
            Exception
        ) as error:  # What a damaged archive raises depends on where the damage is: nearly anything.
            raise ArchiveError(f"“{name[:40]}” in it cannot be read") from error


@contextmanager
def open_arrays(
    file: BinaryIO, *, most_bytes: int, most_list_bytes: int = MOST_LIST_BYTES
) -> Iterator[ArrayFile]:
    """Open an ``.npz`` file to read it, never unpickling anything.

    Parameters
    ----------
    file : binary file
        Open for reading; it stays open.
    most_bytes : int
        How much all arrays together may be, unpacked.
    most_list_bytes : int
        How long the list of arrays may be.

    Raises
    ------
    ArchiveError
        It is none, is damaged, or larger.
    """
    with open_archive(file, most_bytes=most_bytes, most_list_bytes=most_list_bytes) as archive:
        yield ArrayFile(archive)


def _header(member: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(member)
    if version == (1, 0):
        shape, _, kind = np.lib.format.read_array_header_1_0(member)
    elif version == (2, 0):
        shape, _, kind = np.lib.format.read_array_header_2_0(member)
    else:
        raise ArchiveError("it is of a kind that is not read here")
    if kind.kind not in "biufU" or len(shape) > 32 or any(side < 0 for side in shape):
        raise ArchiveError("it holds something else than plain numbers")
    return shape, kind
