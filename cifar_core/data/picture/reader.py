"""Reads pictures of unknown origin in processes of their own, which have limits and can be ended."""

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.picture.changes import as_sentence
from cifar_core.data.picture.framing import NETWORK_SIZE, CropBox, NetworkInput
from cifar_core.data.picture.limits import PictureProblem
from cifar_core.data.reading import Preparation
from cifar_core.hardware.child_environment import NO_GPU, child_environment
from cifar_core.settings import PROJECT_ROOT

WAIT_SECONDS = 60.0
"""So long is an answer waited for, on a machine that is busy with other things too; the process's own limit counts only
the time in which it computes, but not every system has such a clock."""

MOST_READERS = 4
"""Processes that read at once; more would take the memory and cores that trainings need."""

WORKER_COMMAND = (sys.executable, "-m", "cifar_core.data.picture.worker")

_KEEP_LESS = "262144"  # bytes; glibc would keep the memory of a large picture for the next one
_PIXEL_BYTES = NETWORK_SIZE * NETWORK_SIZE * 3
_FILES_PER_READER = 200  # a further process takes a second to start
_WORKER_GONE = "The picture took too much time or memory to decode."
_SMALLER = "Make it smaller, or save it again in another format."


@dataclass(frozen=True)
class ReadPicture:
    """A picture as a network sees it.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (32, 32, 3)
        The exact RGB input.
    format : str
        File format it came in, such as ``"PNG"``.
    changes : tuple of str
        A phrase for each thing that was changed while it was read.
    seen : NetworkInput or None
        With the part of the picture to show, where that was asked for.
    is_square : bool
        It was as high as wide, so that nothing had to be done to make it so.
    """

    pixels: NDArray[np.uint8]
    format: str
    changes: tuple[str, ...]
    seen: NetworkInput | None = None
    is_square: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What was changed, in sentences."""
        return tuple(as_sentence(change) for change in self.changes)


def read_upload(data: bytes, name: str, preparation: Preparation) -> ReadPicture:
    """Read a picture that somebody uploaded, with the part of it to show.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        What its owner calls it.
    preparation : Preparation
        How it becomes what a network sees.

    Raises
    ------
    PictureProblem
        It is no picture, damaged, or too large; or it took too much time or memory.
    """
    with _room:
        reader = _take()
        try:
            return reader.read(data, _ending(name), preparation, shown=True)
        finally:
            _give_back(reader)


def read_files(paths: Sequence[Path], preparation: Preparation) -> Iterator[ReadPicture | PictureProblem]:
    """Read the pictures of a folder, several at once.

    Parameters
    ----------
    paths : sequence of Path
        The files.
    preparation : Preparation
        How they become what a network sees.

    Yields
    ------
    ReadPicture or PictureProblem
        For each file in turn, its picture or what is wrong with it.
    """
    count = min(MOST_READERS, os.cpu_count() or 1, 1 + len(paths) // _FILES_PER_READER)
    free: queue.SimpleQueue[PictureReader] = queue.SimpleQueue()

    def read(path: Path) -> ReadPicture | PictureProblem:
        reader = free.get()
        try:
            return reader.read(path, _ending(path.name), preparation, shown=False)
        except PictureProblem as problem:
            return problem
        finally:
            free.put(reader)

    readers = [_take() for _ in range(count)]
    for reader in readers:
        free.put(reader)
    workers = ThreadPoolExecutor(count, "picture reader")
    try:
        yield from workers.map(read, paths)
    finally:
        workers.shutdown(wait=True, cancel_futures=True)
        for reader in readers:
            _give_back(reader)


class PictureReader:
    """One process that decodes pictures; it is started by the first of them, and again after one that ended it.

    Parameters
    ----------
    command : sequence of str, optional
        What to start; for tests.
    wait_seconds : float
        How long an answer is waited for.
    """

    def __init__(
        self, *, command: Sequence[str] = WORKER_COMMAND, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._command = tuple(command)
        self._wait_seconds = wait_seconds
        self._process: subprocess.Popen[bytes] | None = None

    def read(
        self, source: bytes | Path, ending: str, preparation: Preparation, *, shown: bool
    ) -> ReadPicture:
        """Read one picture; not for several threads at once.

        Parameters
        ----------
        source : bytes or Path
            The whole file, or where it lies.
        ending : str
            Of its name, without the dot.
        preparation : Preparation
            How it becomes what a network sees.
        shown : bool
            Whether the part of the picture to show is wanted as well.

        Raises
        ------
        PictureProblem
            It is no picture, damaged, or too large; or it took too much time or memory.
        """
        data = source if isinstance(source, bytes) else b""
        request = {
            "path": None if isinstance(source, bytes) else str(source.absolute()),  # it works elsewhere
            "bytes": len(data),
            "ending": ending,
            "shown": shown,
            **preparation.model_dump(),
        }
        try:
            answer, content = self._exchange(json.dumps(request).encode() + b"\n" + data)
        except TimeoutError:
            self.close()
            raise PictureProblem(_WORKER_GONE, _SMALLER) from None
        except (OSError, EOFError):
            status = self.close()
            if status > 0:
                raise PictureProblem(
                    f"The process that reads pictures ended with status {status}.",
                    "Check the installation: pip install -r requirements.txt.",
                ) from None
            raise PictureProblem(_WORKER_GONE, _SMALLER) from None
        if "problem" in answer:
            raise PictureProblem(answer["problem"], answer["advice"])
        pixels = _pixels(content[:_PIXEL_BYTES], (NETWORK_SIZE, NETWORK_SIZE, 3))
        seen = None
        if shown:
            part = _pixels(content[_PIXEL_BYTES:], tuple(answer["shape"]))
            seen = NetworkInput(pixels, part, CropBox(*answer["box"]), preparation.framing)
        return ReadPicture(pixels, answer["format"], tuple(answer["changes"]), seen, answer["square"])

    def close(self) -> int:
        """End the process; a later picture starts another.

        Returns
        -------
        int
            Its exit status; negative where a signal ended it.
        """
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return process.wait()

    def _exchange(self, message: bytes) -> tuple[dict[str, Any], bytes]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            process.kill()  # The end of the process closes the pipe that we wait on.

        watchdog = threading.Timer(self._wait_seconds, end)
        watchdog.start()
        try:
            process.stdin.write(message)
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                raise EOFError
            answer: dict[str, Any] = json.loads(line)
            content = process.stdout.read(answer["bytes"])
            if len(content) < answer["bytes"]:
                raise EOFError
            return answer, content
        except (OSError, EOFError):
            if overdue.is_set():  # On Windows its exit status would not tell that it was killed.
                raise TimeoutError from None
            raise
        finally:
            watchdog.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()  # killed by somebody since the last picture
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=PROJECT_ROOT,
                env=child_environment(device=NO_GPU, threads=1, MALLOC_MMAP_THRESHOLD_=_KEEP_LESS),
            )
        return self._process


_room = threading.BoundedSemaphore(MOST_READERS)
_guard = threading.Lock()
_idle: list[PictureReader] = []
"""At most one: it makes the next upload quick."""


def _take() -> PictureReader:
    """Return the reader that is idle, or another one."""
    with _guard:
        return _idle.pop() if _idle else PictureReader()


def _give_back(reader: PictureReader) -> None:
    with _guard:
        if not _idle:
            _idle.append(reader)
            return
    reader.close()


@atexit.register
def _close_idle() -> None:
    while _idle:
        _idle.pop().close()


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _pixels(content: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    pixels = np.frombuffer(content, dtype=np.uint8).reshape(shape)
    pixels.setflags(write=False)
    return pixels
