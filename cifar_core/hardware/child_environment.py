"""The environment of a child process, made from what that process is to see."""

import os
from collections.abc import Collection
from pathlib import Path

from cifar_core.hardware.devices import DEVICE_VARIABLE, THREADS_VARIABLE, Device
from cifar_core.settings import Settings

NO_GPU = Device("cpu", "", visible="-1")
"""Hides every GPU, also from a library that takes an empty list for “all of them”."""

NEEDED_TO_START = (
    "PATH",
    "PYTHONPATH",
    "LD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "VIRTUAL_ENV",
    # of Windows
    "COMSPEC",
    "NUMBER_OF_PROCESSORS",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "WINDIR",
)
"""What Python and TensorFlow need to start: the passwords in our environment are none of a model's business."""

_PATH_VARIABLES = ("CIFAR_LAB_DATA", "CIFAR_LAB_RUNS", "CIFAR_LAB_CACHE", "KERAS_HOME", "RAY_AUTH_TOKEN_PATH")


def child_environment(
    *,
    only: Collection[str] | None = None,
    settings: Settings | None = None,
    device: Device | None = None,
    threads: int | None = None,
    quiet: bool = False,
    **more: str,
) -> dict[str, str]:
    """Return the environment for a process that we start: ours, with what is said here in place of it.

    The process may work in another folder than this one, so relative paths become absolute. It reads and writes UTF-8,
    whatever the system's own characters are.

    Parameters
    ----------
    only : collection of str, optional
        Names of the variables that are passed on; all of ours if not given.
    settings : Settings, optional
        Whose folders it works with, where they may differ from those that our environment names.
    device : Device, optional
        The one device it computes on; the GPUs that we see ourselves if not given.
    threads : int, optional
        How many cores it may use for one operation; as many as it likes if not given.
    quiet : bool
        TensorFlow is to say nothing but errors that end the process.
    more : str
        Further variables, which win over all others.

    Examples
    --------
    >>> child_environment(only=[], device=NO_GPU, threads=2)["OMP_NUM_THREADS"]
    '2'
    """
    names = os.environ if only is None else [name for name in only if os.environ.get(name)]
    variables = {name: _absolute(name, os.environ[name]) for name in names} | {"PYTHONUTF8": "1"}
    if settings is not None:
        variables["CIFAR_LAB_RUNS"] = str(settings.runs_dir.resolve())
        variables["CIFAR_LAB_CACHE"] = str(settings.cache_dir.resolve())
        variables["KERAS_HOME"] = str(settings.keras_dir.parent.resolve())
    if device is not None:
        variables["CUDA_VISIBLE_DEVICES"] = device.visible
        variables[DEVICE_VARIABLE] = device.id
    if threads is not None:
        variables[THREADS_VARIABLE] = variables["OMP_NUM_THREADS"] = str(threads)
    if quiet:
        variables["TF_CPP_MIN_LOG_LEVEL"] = "3"
    return variables | more


def _absolute(name: str, value: str) -> str:
    if name in _PATH_VARIABLES and value and Path(value).expanduser().exists():
        return str(Path(value).expanduser().resolve())
    return value
