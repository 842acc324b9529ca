"""The process that decodes pictures: ``python -m cifar_core.data.picture.worker``, started by the reader.

A request is a line of JSON on standard input, followed by as many bytes as it says; so is an answer on standard
output. A file may make a decoder take any time or memory, so both are limited here, and the worst that happens is the
end of this process. It ends when standard input closes: whoever asked is gone then.
"""

import contextlib
import json
import os
import signal
import stat
import sys
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from cifar_core.data.picture.decode import decode_image
from cifar_core.data.picture.framing import network_pixels, prepare
from cifar_core.data.picture.limits import (
    MAX_FILE_BYTES,
    SECONDS,
    SECONDS_PER_MEGAPIXEL,
    PictureProblem,
)

MEMORY_BYTES = 512_000_000
"""Address space beyond what this process has at its start. The headers keep pictures below a quarter of that."""


def main() -> None:
    """Answer requests one by one."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C in the terminal ends the dashboard, and that ends us
    warnings.simplefilter(
        "ignore"
    )  # Pillow warns of damaged EXIF and of sizes; what counts is said in answers
    cv2.setNumThreads(1)
    _limit_memory()
    # What a library prints must not come between the answers.
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["bytes"])
        _limit_seconds(SECONDS)
        answer, content = read(request, data)
        _limit_seconds(0)
        answer["bytes"] = len(content)
        answers.write(json.dumps(answer).encode() + b"\n" + content)
        answers.flush()


def read(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Decode one picture.

    Parameters
    ----------
    request : dict
        ``path`` of a file, or ``None`` for the data that came along; ``ending`` of its name; ``framing`` and
        ``background``; whether it is to be ``shown``.
    data : bytes
        The whole file, where there is no path.

    Returns
    -------
    dict
        ``problem`` and ``advice``, or ``format``, ``changes``, whether it is ``square``, and ``shape`` and ``box`` of
        the part that is shown.
    bytes
        The 32×32 pixels, then those that are shown.
    """
    try:
        if request["path"] is not None:
            data = _content(Path(request["path"]))
        picture = decode_image(
            data,
            ending=request["ending"],
            background=request["background"],
            announce=lambda pixels: _limit_seconds(SECONDS + SECONDS_PER_MEGAPIXEL * pixels / 1e6),
        )
        height, width = picture.rgb.shape[:2]
        told: dict[str, Any] = {
            "format": picture.format,
            "changes": picture.changes,
            "square": height == width,
        }
        if not request["shown"]:
            return told, network_pixels(picture.rgb, request["framing"]).tobytes()
        seen = prepare(picture.rgb, request["framing"])
    except PictureProblem as problem:
        return {"problem": problem.problem, "advice": problem.advice}, b""
    except MemoryError:
        return {"problem": "The picture takes too much memory to decode.", "advice": "Make it smaller."}, b""
    box = seen.box
    told |= {"shape": seen.shown.shape, "box": (box.left, box.top, box.width, box.height)}
    return told, seen.pixels.tobytes() + np.ascontiguousarray(seen.shown).tobytes()


def _content(path: Path) -> bytes:
    """Read a file of a folder of pictures; it may not be what it was when the folder was listed."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )  # a pipe would wait for a writer
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise PictureProblem("It is not a file.")
            return b"" if state.st_size == 0 else file.read(min(state.st_size, MAX_FILE_BYTES) + 1)
    except OSError as error:
        raise PictureProblem(f"The file cannot be read ({error.strerror}).") from None


def _limit_seconds(seconds: float) -> None:
    """End this process once it has computed for so long; 0 takes the limit away. Waiting does not count."""
    if hasattr(signal, "setitimer"):  # elsewhere the reader's clock alone watches
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    """Let no picture take much memory, where the system knows such limits."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        import psutil

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        here = psutil.Process().memory_info().vms + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (here, here))


if __name__ == "__main__":
    main()
