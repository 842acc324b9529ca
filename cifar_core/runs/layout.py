"""The files of one run folder; docs/run-format.md describes them field by field."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cifar_core.errors import RunError
from cifar_core.names import visible
from cifar_core.system.files import remove

_RUN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_CHECKPOINT = re.compile(r"epoch-[0-9]{1,9}\.npz")
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""What Windows takes for a device, whatever folder it is looked for in. Runs are handed on from system to system."""


@dataclass(frozen=True)
class RunPaths:
    """Paths inside one run folder."""

    folder: Path

    @property
    def record(self) -> Path:
        """What was asked, where it ran, what came out."""
        return self.folder / "run.json"

    @cached_property
    def notes(self) -> Path:
        """Tags and a note, by people."""
        return self.folder / "notes.json"

    @cached_property
    def metrics(self) -> Path:
        """One line per epoch and per live tick."""
        return self.folder / "metrics.jsonl"

    @property
    def heartbeat(self) -> Path:
        """Proof of life of the worker."""
        return self.folder / "heartbeat.json"

    @property
    def checkpoint(self) -> Path:
        """Folder with all that is needed to go on after the last finished epochs."""
        return self.folder / "checkpoint"

    @cached_property
    def model(self) -> Path:
        """The weights that are kept, as a whole Keras model."""
        return self.folder / "model.keras"

    @cached_property
    def predictions(self) -> Path:
        """Logits and labels for validation and test."""
        return self.folder / "predictions.npz"

    @property
    def epochs(self) -> Path:
        """Folder of what was said of each validation picture after every epoch."""
        return self.folder / "epochs"

    @property
    def log(self) -> Path:
        """What the worker printed."""
        return self.folder / "worker.log"

    @property
    def tensorboard(self) -> Path:
        """Folder of the event file for TensorBoard."""
        return self.folder / "tensorboard"

    @property
    def stop(self) -> Path:
        """Its presence asks the worker to stop."""
        return self.folder / "stop"


def new_run_id(model: str, now: datetime | None = None) -> str:
    """Make an id that sorts by time: ``20261121-154500-cnn-2conv-3f2a``.

    Parameters
    ----------
    model : str
        Id of the model: lower-case letters, digits and hyphens.
    now : datetime, optional
        In UTC; the present moment if not given.

    Returns
    -------
    str
        It ends in four random hexadecimal digits: two runs of one second differ nearly always.

    Examples
    --------
    >>> new_run_id("cnn-2conv", datetime(2026, 11, 21, 15, 45))[:-4]
    '20261121-154500-cnn-2conv-'
    """
    moment = now or datetime.now(UTC)
    return f"{moment:%Y%m%d-%H%M%S}-{model}-{secrets.token_hex(2)}"


def check_run_id(run_id: str) -> str:
    """Return ``run_id`` if it can be the name of a run folder.

    Raises
    ------
    RunError
        It holds anything but lower-case letters, digits and hyphens: such a name could leave the runs folder. Or
        Windows has another use for it.
    """
    if not _RUN_ID.fullmatch(run_id):
        raise RunError(
            f"“{visible(run_id, 80)}” is no run id: an id has lower-case letters, digits and hyphens, at most 80 of "
            "them."
        )
    if _DEVICES.fullmatch(run_id):
        raise RunError(f"“{run_id}” is no run id: on Windows it is the name of a device, not of a folder.")
    return run_id


def shown_name(folder: Path) -> str:
    """Return the name of a folder as text that can be shown: on POSIX systems it may be no text at all."""
    name = folder.name
    return name if name.isascii() and name.isprintable() else visible(name)


def remove_leftovers(paths: RunPaths) -> None:
    """Remove what a worker had begun to write when it was killed; only for a run that no process works on."""
    for pattern in (".*.part", ".part-*.keras", ".predictions.npz.*"):
        for path in paths.folder.glob(pattern):
            remove(path)


def checkpoint_files(folder: Path) -> tuple[Path, ...]:
    """Return the checkpoints of a run, newest first; whether they can be read is another matter."""
    if folder.is_symlink():  # It leads out of the run.
        return ()
    named = [path for path in folder.glob("epoch-*.npz") if _CHECKPOINT.fullmatch(path.name)]
    return tuple(sorted(named, key=lambda path: int(path.stem[6:]), reverse=True))
