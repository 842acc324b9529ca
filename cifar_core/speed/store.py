"""What short measurements found, as small files in the cache: how fast a network is trained on this machine."""

import hashlib
import json
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from cifar_core.errors import RunError
from cifar_core.recipes.config import Augmentation, Optimizer, Precision, TrainingConfig
from cifar_core.system.files import read_document, write_atomically
from cifar_core.system.refusals import refused


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Workload(_Frozen):
    """What was measured, and on what: a measurement holds for no other.

    Attributes
    ----------
    model : str
        Id of the network.
    batch_size : int
        Pictures in a step.
    precision : str
        As the configuration asks for it, ``"auto"`` included.
    hardware : str
        See :attr:`cifar_core.hardware.devices.Device.hardware`.
    versions : dict of str to str
        Of Python and the libraries that compute.
    """

    model: str
    batch_size: int = Field(ge=1)
    precision: Precision
    hardware: str
    versions: dict[str, str]

    @classmethod
    def of(cls, config: TrainingConfig, hardware: str) -> Self:
        """Return what a training on some hardware comes down to here and now, without importing Keras.

        Parameters
        ----------
        config : TrainingConfig
            Of it count model, batch size and precision.
        hardware : str
            On what, as :attr:`cifar_core.hardware.devices.Device.hardware` names it.
        """
        backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
        return cls(
            model=config.model,
            batch_size=config.batch_size,
            precision=config.precision,
            hardware=hardware,
            versions={"python": platform.python_version()}
            | {name: _version(name) for name in ("keras", backend, "numpy")},
        )


class ShortMeasurement(_Frozen):
    """How fast one network was trained in a short measurement.

    Attributes
    ----------
    workload : Workload
        What was measured.
    optimizer, augmentation : str, Augmentation
        With which it was: they matter less, so a measurement with others is better than none.
    computed_in : str
        Precision that was used: ``"float32"``, ``"mixed_bfloat16"`` …
    measured : datetime
        When.
    steps : int
        Training steps that were timed.
    startup_seconds : float
        From the start of the process to the end of the first step, compiling included.
    images_per_second : float
        Speed of the training steps: batch size by the median time of a step.
    validated_per_second : float
        Pictures per second where the network only looks at them, for validation and test.
    """

    workload: Workload
    optimizer: Optimizer
    augmentation: Augmentation
    computed_in: str
    measured: AwareDatetime
    steps: int = Field(ge=1)
    startup_seconds: float = Field(ge=0)
    images_per_second: float = Field(gt=0)
    validated_per_second: float = Field(gt=0)

    def same_step(self, config: TrainingConfig) -> bool:
        """Whether the configuration trains with the optimizer and the augmentation that were measured."""
        return (self.optimizer, self.augmentation) == (config.optimizer, config.augmentation)


def find_measurement(cache_dir: Path, workload: Workload) -> ShortMeasurement | None:
    """Return the newest measurement of a workload; ``None`` if there is none that can be read.

    A broken file is as good as none: measuring again replaces it.

    Parameters
    ----------
    cache_dir : Path
        The cache of this machine, :attr:`cifar_core.settings.Settings.cache_dir`; its folder ``speed`` is looked into.
    workload : Workload
        Must be equal to that of the measurement, versions of the libraries included.
    """
    try:
        short_measurement = ShortMeasurement.model_validate_json(read_document(_path(cache_dir, workload)))
    except (OSError, ValidationError):
        return None
    return short_measurement if short_measurement.workload == workload else None


def keep_measurement(cache_dir: Path, short_measurement: ShortMeasurement) -> None:
    """Write a measurement in the place of an earlier one of the same workload.

    Parameters
    ----------
    cache_dir : Path
        The cache of this machine; its folder ``speed`` is made if missing.
    short_measurement : ShortMeasurement
        What was measured; its workload gives the file its name.

    Raises
    ------
    RunError
        The cache cannot be written.
    """
    path = _path(cache_dir, short_measurement.workload)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (short_measurement.model_dump_json(indent=1) + "\n").encode())
    except OSError as problem:
        helps = refused(problem, "choose another folder with CIFAR_LAB_CACHE")
        raise RunError(f"The measurement cannot be written to {cache_dir} {helps}") from None


def _path(cache_dir: Path, workload: Workload) -> Path:
    content = json.dumps(workload.model_dump(), sort_keys=True)
    return cache_dir / "speed" / f"{hashlib.sha256(content.encode()).hexdigest()[:16]}.json"


@cache  # It reads a file, and a page that is drawn asks for three.
def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"
