"""Where CIFAR Lab finds and keeps things; every folder can be chosen by an environment variable."""

import copy
import os
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_path

from cifar_core.errors import ConfigError
from cifar_core.names import is_utf8, visible

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class RaySettings:
    """A Ray cluster that trains the runs, in place of this machine.

    Attributes
    ----------
    address : str
        Of the head node's dashboard: ``"http://head:8265"``.
    cpus : int or None
        CPUs for each run that gets no GPU; chosen from the size of the nodes if not given.
    ahead : int
        How many runs more than there is room for are handed to Ray, for clusters that grow when jobs wait.
    python : str
        Python with the project's requirements, on the nodes.
    project : Path
        This project's folder, on the nodes.
    """

    address: str
    cpus: int | None = None
    ahead: int = 0
    python: str = sys.executable
    project: Path = PROJECT_ROOT

    @classmethod
    def from_environment(cls) -> "RaySettings | None":
        """Read ``CIFAR_LAB_RAY`` and ``CIFAR_LAB_RAY_CPUS``, ``…_AHEAD``, ``…_PYTHON``, ``…_PROJECT``.

        Raises
        ------
        ConfigError
            The address or a number is not one.
        """
        address = os.environ.get("CIFAR_LAB_RAY", "").strip().rstrip("/")
        if not address:
            return None
        if not re.fullmatch(r"https?://[^/\s]+(/[^\s]*)?", address):
            raise ConfigError(
                f"CIFAR_LAB_RAY is “{address[:80]}”, which is no address of a Ray dashboard. "
                "Give it as http://HEAD:8265."
            )
        return cls(
            address,
            cpus=_whole_number("CIFAR_LAB_RAY_CPUS", least=1),
            ahead=_whole_number("CIFAR_LAB_RAY_AHEAD", least=0) or 0,
            python=os.environ.get("CIFAR_LAB_RAY_PYTHON") or sys.executable,
            project=Path(os.environ.get("CIFAR_LAB_RAY_PROJECT") or PROJECT_ROOT),
        )


def _whole_number(variable: str, *, least: int) -> int | None:
    value = os.environ.get(variable)
    if not value:
        return None
    if not value.isdecimal() or int(value) < least:
        raise ConfigError(f"{variable} is “{value[:80]}”; give a whole number from {least} on.")
    return int(value)


@dataclass(frozen=True)
class Settings:
    """The folders one process works with, and the cluster if there is one.

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
    ray : RaySettings or None
        The cluster that trains; without one this machine does.
    """

    data: str | None
    runs_dir: Path
    trained_dir: Path
    cache_dir: Path
    keras_dir: Path
    ray: RaySettings | None = None

    @classmethod
    def from_environment(cls, *, data: str | None = None, runs_dir: str | Path | None = None) -> "Settings":
        """Read ``CIFAR_LAB_DATA``, ``CIFAR_LAB_RUNS``, ``CIFAR_LAB_CACHE``, ``KERAS_HOME`` and ``CIFAR_LAB_RAY…``.

        Parameters
        ----------
        data, runs_dir : optional
            Values from a command line; they win over the environment.

        Raises
        ------
        ConfigError
            What names the Ray cluster is not allowed.
        """
        keras_home = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
        data = data or os.environ.get("CIFAR_LAB_DATA") or None
        return cls(
            # A name that is not UTF-8 cannot stand on a page; whoever opens it says so.
            data=data if data is None or is_utf8(data) else visible(data),
            runs_dir=Path(runs_dir or os.environ.get("CIFAR_LAB_RUNS") or PROJECT_ROOT / "runs")
            .expanduser()
            .resolve(),
            trained_dir=PROJECT_ROOT / "trained",
            cache_dir=Path(os.environ.get("CIFAR_LAB_CACHE") or user_cache_path("cifar-lab")).expanduser(),
            keras_dir=keras_home / "datasets",
            ray=RaySettings.from_environment(),
        )


_NAMING = ("CIFAR_LAB_", "KERAS_HOME", "HOME", "XDG_")
"""How the variables begin that say where something is."""

_made: "tuple[object, str, Settings] | None" = None
"""All variables and the working folder, and the settings that they made."""


def remembered_settings() -> Settings:
    """Return the settings of the environment, made once for as long as its variables stay.

    A page asks nine times, and each time paths would be looked up on the disk.
    """
    global _made
    held: object = getattr(
        os.environ, "_data", None
    )  # As they lie there: to decode them all takes much longer.
    folder = os.getcwd()  # noqa: PTH109  a Path would take longer
    if _made is not None and held is not None and (_made[0], _made[1]) == (held, folder):
        return _made[2]
    named = [(name, value) for name, value in os.environ.items() if name.startswith(_NAMING)]
    settings = _of_variables(tuple(sorted(named)), folder)
    _made = (copy.copy(held), folder, settings)
    return settings


@lru_cache(maxsize=4)
def _of_variables(variables: tuple[tuple[str, str], ...], folder: str) -> Settings:
    return Settings.from_environment()
