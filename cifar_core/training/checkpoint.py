"""The state of training after an epoch: all that is needed to go on as if nothing had happened."""

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.array_file import open_arrays
from cifar_core.runs.layout import checkpoint_files
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.system.files import open_regular, remove, replace, sync_file

KEPT = 2
"""The newest checkpoints that are kept: one spoiled by a power cut costs an epoch, not the run."""

Arrays = tuple[NDArray[Any], ...]
_PARTS = ("weights", "optimizer", "best")


@dataclass(frozen=True)
class Checkpoint:
    """What training goes on from.

    Batches, their order and their augmentation follow from seed and epoch alone
    (:class:`cifar_core.training.batches.TrainingBatches`), so no random state but the network's own is needed.

    Attributes
    ----------
    history : tuple of EpochMetrics
        The finished epochs; early stopping and the choice of the best epoch follow from it.
    seconds : float
        Training time so far.
    weights, optimizer : tuple of ndarray
        All variables in Keras's order, batch statistics, random states and the count of steps included.
    best : tuple of ndarray
        The weights with the lowest validation loss so far.
    """

    history: tuple[EpochMetrics, ...] = ()
    seconds: float = 0.0
    weights: Arrays = ()
    optimizer: Arrays = ()
    best: Arrays = ()

    @property
    def epoch(self) -> int:
        """Finished epochs; zero for the state before training."""
        return len(self.history)


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write ``epoch-0012.npz`` as a whole and force it to the disk, then remove the ones before the last two.

    Parameters
    ----------
    folder : Path
        ``RunPaths.checkpoint``; made where it is missing, in a folder that exists.
    checkpoint : Checkpoint
        The state; its number of finished epochs gives the name.

    Returns
    -------
    Path
        The new file.

    Raises
    ------
    OSError
        It cannot be written; the earlier ones stay.
    """
    folder.mkdir(exist_ok=True)
    path = folder / f"epoch-{checkpoint.epoch:04d}.npz"
    temporary = folder / f".{path.name}.{os.getpid()}.part"
    arrays = {
        f"{part}/{number}": array for part in _PARTS for number, array in enumerate(getattr(checkpoint, part))
    }
    state = {"seconds": checkpoint.seconds, "history": [line.to_json() for line in checkpoint.history]}
    try:
        with temporary.open("wb") as file:
            np.savez(file, state=np.array(json.dumps(state)), **arrays)
            file.flush()
            sync_file(file.fileno())
        replace(temporary, path)  # on the disk before the older ones go
    finally:
        remove(temporary)
    torn = folder.glob(".epoch-*.part")  # of a worker killed while it wrote
    for old in (*checkpoint_files(folder)[KEPT:], *torn):
        with contextlib.suppress(OSError):  # A backup program may be reading it; the next epoch tries again.
            remove(old)
    return path


def read_checkpoint(path: Path) -> Checkpoint | None:
    """Read one checkpoint; ``None`` where it is torn or damaged: every array has a checksum."""
    try:
        with open_regular(path) as file, open_arrays(file, most_bytes=2 * file.seek(0, 2)) as arrays:
            state = json.loads(str(arrays.read("state")))
            counts = {part: sum(name.startswith(f"{part}/") for name in arrays.names) for part in _PARTS}
            parts = {
                part: tuple(arrays.read(f"{part}/{number}") for number in range(count))
                for part, count in counts.items()
            }
            history = tuple(EpochMetrics.from_json(line) for line in state["history"])
            return Checkpoint(history, float(state["seconds"]), **parts)
    except Exception:  # What a damaged archive raises depends on where the damage is: nearly anything.
        return None


def last_checkpoint(folder: Path) -> Checkpoint:
    """Return the newest checkpoint that can be read, or the state before training where there is none."""
    readable = (read_checkpoint(path) for path in checkpoint_files(folder))
    return next((one for one in readable if one is not None), Checkpoint())
