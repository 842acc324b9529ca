"""The process that trains one run after the other: ``python -m cifar_core.training.standby``.

It waits with everything imported. It gets the folder of each run as one line of JSON on standard input, is then a
worker like any other, and answers with an empty line on standard output once the run has ended. Where the input ends,
whoever started it is gone, and it goes too. Before the first run nothing is computed: no memory of a GPU is taken.

A run gives the same bits as in a process of its own: seeds, precision and the graph are its own, and what Keras
remembers of the run before is forgotten (:func:`forget`). After a run that failed, after many runs, and when it has
grown, the process ends; another one takes the next run.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil

from cifar_core.errors import CifarLabError
from cifar_core.lean_keras import import_keras
from cifar_core.runs.layout import RunPaths
from cifar_core.system import this_system
from cifar_core.system.files import open_to_append
from cifar_core.system.streams import make_streams_safe, say
from cifar_core.training import worker
from cifar_core.training.reuse import CompiledStep

NEEDED = ("callbacks", "engine", "fit", "learner")
"""Modules of this room that a training imports once it has its data."""
MOST_RUNS = 50
"""However small a leak is, it does not add up for longer."""
LARGEST_BYTES = 2_000_000_000
"""After a run. It holds 0.7 GB when everything is imported, 1.1 after a small network."""


def main() -> int:
    """Import what a training needs, and train the runs that are asked for."""
    make_streams_safe()
    answers = os.dup(1)
    os.dup2(2, 1)  # What libraries print is no answer.
    this_system().yield_to_others()  # A class that looks at pages beside it is not to wait for an epoch.
    if not select.select([sys.stdin], [], [], 0)[0]:  # A run that is there already opens its data first.
        _import_all()
    compiled = CompiledStep()
    for _ in range(MOST_RUNS):
        line = sys.stdin.buffer.readline()
        if not line.endswith(b"\n"):
            return 0
        folder = Path(json.loads(line))
        with _printing_into(RunPaths(folder).log):
            status = worker.train_folder(folder, compiled)
        if status:
            return status
        forget()
        if this_system().memory(psutil.Process()) > LARGEST_BYTES:
            return 0
        with contextlib.suppress(BrokenPipeError):  # Nobody is there to hear it, nor to send a further line.
            os.write(answers, b"\n")
    return 0


def forget() -> None:
    """Let Keras forget what was trained: names that are taken, the state of its random generators.

    ``keras.utils.clear_session`` does so too, and lets TensorFlow forget all that it has optimized: the step that is
    kept for the next run would be optimized anew, which takes longer than a small training.
    """
    from keras.src.backend.common import global_state  # Keras offers no public name for it.

    global_state.GLOBAL_STATE_TRACKER = threading.local()
    gc.collect()


def _import_all() -> None:
    try:
        import_keras()
        for name in NEEDED:
            importlib.import_module(f"cifar_core.training.{name}")
    except CifarLabError as problem:  # The run itself is to say so.
        say(str(problem))


@contextlib.contextmanager
def _printing_into(log: Path) -> Iterator[None]:
    """Let all that this process prints, its libraries too, go into a file, as if it had been started so."""
    before = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
    with open_to_append(log) as file:
        _point(dict.fromkeys(before, file.fileno()))
    try:
        yield
    finally:
        _point(before)
        for copy in before.values():
            os.close(copy)


def _point(descriptors: dict[int, int]) -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # such as a full disk
            stream.flush()
    for descriptor, target in descriptors.items():
        os.dup2(target, descriptor)


if __name__ == "__main__":
    sys.exit(main())
