"""Files that others may be reading at the same moment, replaced and removed on every system.

Where a file that is open can be neither replaced nor removed, as on Windows, its reader gets a few seconds to close it:
whoever reads a file of a run reads all of it at once and lets go.
"""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from cifar_core.sizes import data_size
from cifar_core.system import this_system

PATIENCE_SECONDS = 5.0
"""How long a reader may have a file open that is to be replaced: the explanation process reads a whole network."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.1

_MOST_HOLES = 1_000
"""What lies behind so many counts as written."""

MOST_DOCUMENT_BYTES = 2 * 1024 * 1024
"""Largest file that is read as one JSON document: the summary of a thousand trials takes half of it."""

MOST_DOCUMENT_VALUES = 50_000
"""Most values in it: each that is wrong takes time to be refused, and three bytes can be wrong three times."""

ResultT = TypeVar("ResultT")


class UnfitFileError(OSError):
    """What lies at a path is not read, whoever may read it; ``strerror`` says why and follows a colon: “it is …”."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EINVAL, reason)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file so that a reader sees the old content or the new one, never a part.

    Parameters
    ----------
    path : Path
        The file; its folder must exist.
    content : bytes
        All of it. It is on the disk, not only in the system's memory, when this returns.

    Raises
    ------
    OSError
        It cannot be written; the old file stays as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(3)}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            sync_file(file.fileno())
        replace(temporary, path)
    finally:
        remove(temporary)


def replace(source: Path, target: Path) -> None:
    """Give a file or folder the name of another one, and see to it that the name would survive a power cut.

    Parameters
    ----------
    source : Path
        A file, or a folder in which no file is open. What was written to it is on the disk already (:func:`sync_file`).
    target : Path
        On the same disk. A file that has this name is replaced; a folder must not be there.

    Raises
    ------
    OSError
        It cannot be done, or somebody has one of the two open for longer than a few seconds.
    """
    # Of the two only “rename” says on Windows that a folder is there already.
    move = source.rename if source.is_dir() else source.replace
    _patiently(lambda: move(target))
    sync_folder(target.parent)


def remove(path: Path) -> None:
    """Remove a file; one that is not there is no error.

    Raises
    ------
    OSError
        It cannot be removed, or somebody has it open for longer than a few seconds.
    """
    _patiently(lambda: path.unlink(missing_ok=True))


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as that is possible; of a link to a folder, the link."""
    if folder.is_symlink():
        remove(folder)
        return
    with contextlib.suppress(OSError):
        _patiently(lambda: shutil.rmtree(folder))
    shutil.rmtree(folder, ignore_errors=True)


def delete_folder(folder: Path) -> None:
    """Remove a folder that others list: it is renamed first, so that nobody ever lists one that is half gone.

    Raises
    ------
    OSError
        It cannot be renamed, and stays as it was.
    """
    doomed = folder.with_name(f".deleted-{folder.name}-{secrets.token_hex(3)}")
    replace(folder, doomed)
    remove_folder(doomed)


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Make a folder that is removed at the end of a ``with`` block, as far as what somebody has open allows."""
    return tempfile.TemporaryDirectory(prefix="cifar-lab-", ignore_cleanup_errors=True)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether what was found in a folder is one itself, or a link to one; a link to itself is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read it: neither a pipe or device, which may never end, nor a link to somewhere else.

    Whoever hands a folder on decides what lies in it.

    Parameters
    ----------
    path : Path
        A link to a file within the same folder, or deeper in it, is followed.

    Raises
    ------
    UnfitFileError
        It is there, and is no such file.
    OSError
        It cannot be opened.
    """
    _check_regular(path)
    return path.open("rb")


def open_to_append(path: Path) -> BinaryIO:
    """Open a file to write behind what is in it, or make it.

    Neither a pipe, which waits for its reader, nor a link, which may lead to a file of somebody's own.

    Raises
    ------
    UnfitFileError
        What is there is no such file.
    OSError
        It cannot be opened.
    """
    if path.is_symlink() or path.exists():
        _check_regular(path)
    return path.open("ab")


def is_regular(path: Path) -> bool:
    """Tell whether there is a file that :func:`open_regular` would open."""
    try:
        _check_regular(path)
    except OSError:
        return False
    return True


def _check_regular(path: Path) -> None:
    mode = os.lstat(path).st_mode  # a page asks for two files of each run
    if stat.S_ISREG(mode):
        return
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnfitFileError("it is no file")
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(path.parent)):
        raise UnfitFileError("it is a link to a file outside of its folder")


def read_bytes(path: Path, most: int) -> bytes:
    """Read all of a file that may just be replaced.

    Parameters
    ----------
    path : Path
        A file as :func:`open_regular` takes it.
    most : int
        The largest size in bytes that is read.

    Raises
    ------
    UnfitFileError
        It is no such file, or too large; nothing of it was read.
    OSError
        It cannot be read.
    """

    def read() -> bytes:
        with open_regular(path) as file:
            return file.read(_check_size(file, most))

    return _patiently(read)


def _check_size(file: BinaryIO, most: int) -> int:
    size = os.fstat(file.fileno()).st_size
    if size > most:
        raise UnfitFileError(f"it has {data_size(size, most)}, and at most {data_size(most, size)} are read")
    return size


def read_document(path: Path) -> bytes:
    """Read a JSON document of moderate size, which may just be replaced; what it says is not looked at.

    Raises
    ------
    UnfitFileError
        It is no file as :func:`open_regular` takes it, has too many bytes, or too many values.
    OSError
        It cannot be read.
    """
    content = read_bytes(path, MOST_DOCUMENT_BYTES)
    if content.count(b",") >= MOST_DOCUMENT_VALUES:
        raise UnfitFileError(f"it has more than {MOST_DOCUMENT_VALUES:,} values")
    return content


def copy_file(source: Path, target: Path, most: int) -> None:
    """Copy the content of a file, if it is one that :func:`open_regular` takes.

    Parameters
    ----------
    source : Path
        The file.
    target : Path
        Is made anew, or overwritten.
    most : int
        The largest size in bytes that is copied.

    Raises
    ------
    UnfitFileError
        The source is no such file, or too large; nothing was copied.
    OSError
        The one cannot be read, or the other cannot be written.
    """
    with open_regular(source) as content:
        _check_size(content, most)
        with target.open("wb") as copy:
            shutil.copyfileobj(content, copy)


def bytes_of_holes(descriptor: int, size: int) -> int:
    """Return how much of a file was never written, and reads as zeros: 0 where the system does not tell.

    Parameters
    ----------
    descriptor : int
        Of the open file, which is at its beginning afterwards.
    size : int
        Its size in bytes.
    """
    if not hasattr(os, "SEEK_HOLE"):
        return 0
    written, place = 0, 0
    for _ in range(_MOST_HOLES):
        try:
            start = os.lseek(descriptor, place, os.SEEK_DATA)
            place = os.lseek(descriptor, start, os.SEEK_HOLE)
        except OSError:  # nothing is written from here on
            break
        written += place - start
    else:
        written += size - place
    os.lseek(descriptor, 0, os.SEEK_SET)
    return max(0, size - written)


def sync_file(descriptor: int) -> None:
    """Wait until what was written to a file, which is open for writing, would survive a power cut."""
    this_system().sync(descriptor)


def sync_path(path: Path) -> None:
    """Wait until what others wrote to a file of ours would survive a power cut."""
    with path.open("rb+") as file:  # Windows syncs what is open for writing alone.
        sync_file(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder, those just given by renaming included, would survive a power cut."""
    this_system().sync_folder(folder)


def _patiently(action: Callable[[], ResultT]) -> ResultT:
    """Do something with a file; where it is only busy, try again for a while."""
    for pause in _pauses():
        try:
            return action()
        except OSError as error:
            if not this_system().is_busy(error):
                raise
        time.sleep(pause)
    return action()


def _pauses() -> Iterator[float]:
    """Yield pauses that grow, until they are as long together as a reader may take."""
    pause, waited = _FIRST_PAUSE, 0.0
    while waited < PATIENCE_SECONDS:
        yield pause
        waited += pause
        pause = min(2 * pause, _LONGEST_PAUSE)
