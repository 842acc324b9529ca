"""What was made of a file, remembered for as long as the file stays the same."""

import functools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar, TypeVarTuple

PathT = TypeVar("PathT", bound=str | os.PathLike[str])
ResultT = TypeVar("ResultT")
Arguments = TypeVarTuple("Arguments")


class FileVersion(NamedTuple):
    """What tells one state of a file from the next, without reading it.

    A file that is replaced has another inode, so that two versions of one size within one tick of the clock differ.

    Attributes
    ----------
    modified : int
        Time of the last change, in nanoseconds.
    size : int
        In bytes.
    inode : int
        Number of the file on its disk.
    """

    modified: int
    size: int
    inode: int

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> "FileVersion":
        """Ask the operating system.

        Parameters
        ----------
        path : str or path-like
            A file or folder; a folder changes when an entry comes, goes or is replaced.

        Raises
        ------
        OSError
            There is no such file.
        """
        state = os.stat(path)  # noqa: PTH116  asked a thousand times a second, often without a Path
        return cls(state.st_mtime_ns, state.st_size, state.st_ino)


class FileCache(Generic[PathT, *Arguments, ResultT]):
    """A function of a file that reads anew only what has changed; safe to share between threads.

    Errors are not remembered. Where there is no file, the function is called each time and says so itself.

    Parameters
    ----------
    read : callable
        Takes a path, and further arguments that can be keys of a dict. What it returns is shared by all callers, so
        nobody may change it.
    most : int
        How many results are kept; the one that was asked for longest ago goes first.
    """

    def __init__(self, read: Callable[[PathT, *Arguments], ResultT], most: int) -> None:
        self._read = read
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Any, ...], tuple[FileVersion, ResultT]] = OrderedDict()
        functools.update_wrapper(self, read)

    def __call__(self, path: PathT, *arguments: *Arguments) -> ResultT:
        """Return what ``read`` makes of a file, or made of it when it was as it is now."""
        try:
            version = FileVersion.of(path)  # before reading: what is written meanwhile is seen the next time
        except OSError:
            return self._read(path, *arguments)
        key = (path, *arguments)
        with self._lock:  # The second to come in waits for the first one's result rather than read again.
            known = self._kept.get(key)
            if known is None or known[0] != version:
                known = self._kept[key] = (version, self._read(path, *arguments))
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return known[1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


def file_cached(
    *, most: int
) -> Callable[[Callable[[PathT, *Arguments], ResultT]], FileCache[PathT, *Arguments, ResultT]]:
    """Turn a function of a file into a :class:`FileCache` of it: ``@file_cached(most=64)``.

    Parameters
    ----------
    most : int
        How many results are kept.
    """

    def decorate(read: Callable[[PathT, *Arguments], ResultT]) -> FileCache[PathT, *Arguments, ResultT]:
        return FileCache(read, most)

    return decorate
