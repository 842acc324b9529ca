"""What libraries in C++ print past Python: notes that no setting keeps quiet are left out, all else is passed on."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from cifar_core.system import this_system

# Runs in a process of its own: where the library ends ours with its last words, they still arrive.
_PASS_ON = r"""
import re, sys
note = re.compile(rb"[IW]\d{4} \d\d:\d\d:\d|WARNING: All log messages before absl|To enable the following instructions")
for line in sys.stdin.buffer:
    if not note.match(line):
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
"""


@contextlib.contextmanager
def without_native_notes() -> Iterator[None]:
    """Leave out, while the block runs, what lines of standard error are information or warnings of absl's logging.

    TensorFlow's first ones come while its library is loaded, before it has looked at ``TF_CPP_MIN_LOG_LEVEL``. Errors,
    and whatever is not written in that form, are passed on. Where no process can be started, so is everything.
    """
    try:
        passing_on = this_system().start_detached(
            [sys.executable, "-I", "-S", "-c", _PASS_ON], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        kept = os.dup(2)
    except OSError:
        yield
        return
    assert passing_on.stdin is not None
    os.dup2(passing_on.stdin.fileno(), 2)
    passing_on.stdin.close()
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        passing_on.wait()
