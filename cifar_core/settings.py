"""Where CIFAR Lab finds and keeps things; every place can be chosen by an environment variable."""

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """The places one process works with.

    Attributes
    ----------
    data : str or None
        Data set chosen by the user: a key such as ``"drawn"`` or ``"cifar10"``, or a path. ``None`` means
        the first that is found (see :mod:`cifar_core.data.catalog`).
    runs_dir : Path
        Folder with the user's own runs; created on first use.
    trained_dir : Path
        Folder with the runs that ship with the project; only ever read.
    cache_dir : Path
        Folder for memory-mapped data and other things that can be computed again.
    keras_dir : Path
        Where Keras keeps downloaded data sets.
    """

    data: str | None
    runs_dir: Path
    trained_dir: Path
    cache_dir: Path
    keras_dir: Path

    @classmethod
    def from_environment(cls, *, data: str | None = None, runs_dir: str | Path | None = None) -> "Settings":
        """Read ``CIFAR_LAB_DATA``, ``CIFAR_LAB_RUNS``, ``CIFAR_LAB_CACHE`` and ``KERAS_HOME``.

        Parameters
        ----------
        data, runs_dir : optional
            Values from a command line; they win over the environment.
        """
        keras_home = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
        return cls(
            data=data or os.environ.get("CIFAR_LAB_DATA") or None,
            runs_dir=Path(runs_dir or os.environ.get("CIFAR_LAB_RUNS") or PROJECT_ROOT / "runs")
            .expanduser()
            .resolve(),
            trained_dir=PROJECT_ROOT / "trained",
            cache_dir=Path(os.environ.get("CIFAR_LAB_CACHE") or user_cache_path("cifar-lab")).expanduser(),
            keras_dir=keras_home / "datasets",
        )
