"""What a process prints: no character, and no full disk behind it, may end what the process is there for."""

import contextlib
import sys
import traceback
from typing import TextIO


def make_streams_safe() -> None:
    r"""Let standard output and standard error take every character, for the rest of this process.

    A terminal or file that knows only some of them, as with Windows' code page 1252, gets ``\u2713`` for a check mark.
    """
    for stream in (sys.stdout, sys.stderr):
        # There may be none at all, or one of a test or a notebook.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def say(line: str, stream: TextIO | None = None) -> None:
    """Print a line as far as that is possible: a full disk, a closed pipe or a strange character loses it, no more.

    Parameters
    ----------
    line : str
        Without its end.
    stream : text stream, optional
        Standard output if not given.
    """
    with contextlib.suppress(OSError, ValueError):
        print(line, file=sys.stdout if stream is None else stream, flush=True)


def say_traceback() -> None:
    """Print what is being raised to standard error, as far as that is possible."""
    with contextlib.suppress(OSError, ValueError):
        traceback.print_exc()
        sys.stderr.flush()
