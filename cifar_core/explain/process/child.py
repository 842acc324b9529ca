"""How the explanation process is started: on the CPU, with a Keras folder of its own and none of our settings."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import IO

from cifar_core.hardware.child_environment import NEEDED_TO_START, NO_GPU, child_environment
from cifar_core.settings import PROJECT_ROOT

THREADS = 4
"""One picture gains nothing from more, and the other cores may be training."""

WORKER_COMMAND = (sys.executable, "-m", "cifar_core.explain.process.worker")


def start_child(command: Sequence[str], home: str, errors: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Start it, with pipes to its standard input and output.

    Parameters
    ----------
    command : sequence of str
        What to start.
    home : str
        An empty folder, for what Keras and other packages write.
    errors : binary file
        For its standard error.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=PROJECT_ROOT,
        env=child_environment(
            only=NEEDED_TO_START,
            device=NO_GPU,  # GPU memory belongs to training
            threads=min(THREADS, os.cpu_count() or 1),
            quiet=True,
            KERAS_BACKEND="tensorflow",
            TF_NUM_INTEROP_THREADS="1",
            KERAS_HOME=home,
            HOME=home,
            USERPROFILE=home,
        ),
    )
