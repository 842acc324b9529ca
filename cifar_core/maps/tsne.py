"""t-SNE in a process of its own: it takes minutes, and its libraries are nobody else's."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import RunError
from cifar_core.hardware.child_environment import NEEDED_TO_START, NO_GPU, child_environment
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system.files import temporary_folder

ITERATIONS = 1000
THREADS = max(1, (os.cpu_count() or 1) // 2)
"""The other cores may be training; threads that wait for one another gain nothing then."""

_COMMAND = (sys.executable, "-m", "cifar_core.maps.tsne_process")
_ITERATION = re.compile(r"\[t-SNE\] Iteration (\d+):")


def lay_out(
    rows: NDArray[np.generic], told: Callable[[float], None], *, iterations: int = ITERATIONS
) -> NDArray[np.float32]:
    """Lay rows of numbers out on a plane, so that those with like neighbours lie together.

    Parameters
    ----------
    rows : ndarray, shape (n, k)
        A row for each picture, three or more.
    told : callable
        Called with how much is done, 0 to 1.
    iterations : int
        How many steps, 250 or more.

    Returns
    -------
    ndarray of float32, shape (n, 2)
        In no unit that means anything.

    Raises
    ------
    RunError
        The process ended without a result.

    References
    ----------
    L. van der Maaten, G. Hinton, "Visualizing data using t-SNE", Journal of Machine Learning Research 9 (2008).
    """
    with temporary_folder() as folder, tempfile.TemporaryFile() as errors:
        given, found = Path(folder) / "rows.npy", Path(folder) / "points.npy"
        np.save(given, rows)
        environment = child_environment(only=NEEDED_TO_START, device=NO_GPU, threads=THREADS)
        with subprocess.Popen(
            (*_COMMAND, str(given), str(found), str(iterations)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=PROJECT_ROOT,
            env=environment,
        ) as process:
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    if step := _ITERATION.match(line.decode(errors="replace")):
                        told(min(1.0, int(step[1]) / iterations))
            except BaseException:
                process.kill()
                raise
        if process.returncode or not found.is_file():
            raise RunError(
                "The t-SNE map could not be computed: its process ended. Close other programs if memory is short, "
                "then try again."
            )
        points: NDArray[np.float32] = np.load(found, allow_pickle=False)
    return points
