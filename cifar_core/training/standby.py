"""The process that waits for a run with everything imported: ``python -m cifar_core.training.standby``.

It gets the folder of its run as one line of JSON on standard input, and is from then on a worker like any other.
Where the input ends instead, whoever started it is gone, and it goes too. Nothing is computed while it waits: no memory
of a GPU is taken, and no random number is drawn, so that a run gives the same bits as in a process of its own.
"""

import importlib
import json
import os
import sys
from pathlib import Path

from cifar_core.errors import CifarLabError
from cifar_core.lean_keras import import_keras
from cifar_core.runs.layout import RunPaths
from cifar_core.system.files import open_to_append
from cifar_core.system.streams import make_streams_safe, say
from cifar_core.training import worker

NEEDED = ("callbacks", "engine", "fit", "learner")
"""Modules of this room that a training imports once it has its data."""


def main() -> int:
    """Import what a training needs, wait for a run, and train it."""
    make_streams_safe()
    try:
        import_keras()
        for name in NEEDED:
            importlib.import_module(f"cifar_core.training.{name}")
    except CifarLabError as problem:  # The run itself is to say so.
        say(str(problem))
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return 0
    folder = Path(json.loads(line))
    _write_into(RunPaths(folder).log)
    sys.argv[1:] = [str(folder)]
    return worker.main()


def _write_into(log: Path) -> None:
    """Let all that this process prints, its libraries too, go into a file, as if it had been started so."""
    sys.stdout.flush()
    sys.stderr.flush()
    with open_to_append(log) as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)


if __name__ == "__main__":
    sys.exit(main())
