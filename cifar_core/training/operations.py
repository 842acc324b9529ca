"""Which operations a training computes with: those that are quicker on this machine, where that was measured.

The choice is measured once for a network (:mod:`cifar_core.training.contests`) and kept in the cache, so that a seed
gives the same bits again. A run's record says what it was, and a run that is resumed keeps it.
"""

import contextlib
import hashlib
import json
import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal, get_args

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cifar_core.errors import ConfigError
from cifar_core.hardware.devices import Device
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import Environment
from cifar_core.system.files import read_document, write_atomically
from cifar_core.training.precision import choose_precision

VARIABLE = "CIFAR_LAB_OPERATIONS"
"""Environment variable: ``measured``, ``usual``, ``none``, or the names of those of ours that are to be used."""

Policy = Literal["float32", "mixed_bfloat16", "mixed_float16"]
OwnOperation = Literal["filter_gradient", "depthwise_gradient", "batch_norm", "activation"]
OWN: tuple[OwnOperation, ...] = get_args(OwnOperation)
"""Operations of ours that may stand in for Keras's (:mod:`cifar_core.training.acceleration`)."""

SMALL_MAP = 8
"""Largest side of a map whose filter gradient is computed as a convolution."""

WAIT_SECONDS = 30.0
"""How long a measurement of another process is waited for; it takes two."""

_FORMAT = 1  # raise when another thing is measured: what was kept is then measured anew


class Operations(BaseModel):
    """What a training computes with.

    Attributes
    ----------
    precision : str
        Name of a Keras dtype policy.
    own : tuple of str
        Which of :data:`OWN` stand in for Keras's operations.
    """

    model_config = ConfigDict(frozen=True)

    precision: Policy
    own: Annotated[tuple[OwnOperation, ...], Field(max_length=len(OWN))] = OWN


class _Kept(BaseModel):
    """A measurement in the cache, with all that it depends on."""

    key: str
    operations: Operations


Measure = Callable[[TrainingConfig, Operations], Operations]
"""Returns the quicker operations; is told the usual ones."""


def choose_operations(
    config: TrainingConfig,
    device: Device,
    *,
    cache_dir: Path | None = None,
    before: Environment | None = None,
    measure: Measure | None = None,
) -> Operations:
    """Choose what a training computes with.

    Parameters
    ----------
    config : TrainingConfig
        Its model, batch size and precision count. A precision that it names is kept.
    device : Device
        What it computes on. Only a processor has a choice, and only with TensorFlow (``measure``).
    cache_dir : Path, optional
        Where measurements are kept. Without one, and where it cannot be written, nothing is measured: the next run
        with the same seed would have to get the same choice.
    before : Environment, optional
        Of an earlier attempt of this run: on the same hardware its choice is kept.
    measure : callable, optional
        Measures; if not given there is nothing to choose.

    Raises
    ------
    ConfigError
        :data:`VARIABLE` names an operation that there is not.
    """
    usual = Operations(precision=choose_precision(config.precision, device))
    if before is not None and before.hardware == device.hardware:
        with contextlib.suppress(ValidationError):
            own = before.operations if before.operations is not None else OWN  # as before version 0.2.1
            return Operations.model_validate({"precision": before.precision, "own": own})
    if measure is None:
        return usual
    wanted = [word.strip() for word in os.environ.get(VARIABLE, "").casefold().split(",") if word.strip()]
    if wanted in (["usual"], ["none"]):
        return usual if wanted == ["usual"] else usual.model_copy(update={"own": ()})
    if wanted not in ([], ["measured"]):
        return usual.model_copy(update={"own": _known(wanted)})
    return usual if cache_dir is None else _kept_or_measured(config, device, cache_dir, usual, measure)


def _known(words: list[str]) -> tuple[OwnOperation, ...]:
    known = tuple(name for name in OWN if name in words)
    if len(known) < len(set(words)):
        wrong = next(word for word in words if word not in OWN)
        raise ConfigError(
            f"{VARIABLE} names “{wrong[:40]}”, which is no operation. Give measured, usual, none, or some of: "
            f"{', '.join(OWN)}."
        )
    return known


def _kept_or_measured(
    config: TrainingConfig, device: Device, cache_dir: Path, usual: Operations, measure: Measure
) -> Operations:
    """Return what was measured; of several processes that ask at once, one measures."""
    key = json.dumps(
        {
            "format": _FORMAT,
            "model": config.model,
            "batch_size": config.batch_size,
            "precision": config.precision,
            "hardware": device.hardware,
            "python": platform.python_version(),
            **{name: version(name) for name in ("keras", "tensorflow", "numpy")},
        },
        sort_keys=True,
    )
    path = cache_dir / "operations" / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
    try:
        if (kept := _read(path, key)) is not None:
            return kept
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=WAIT_SECONDS):
            if (kept := _read(path, key)) is None:
                kept = measure(config, usual)
                document = _Kept(key=key, operations=kept).model_dump_json(indent=1)
                write_atomically(path, f"{document}\n".encode())
            return kept
    except (OSError, Timeout):
        return usual


def _read(path: Path, key: str) -> Operations | None:
    """Return what a file of the cache says; ``None`` where there is none, a damaged one, or one for other things."""
    try:
        kept = _Kept.model_validate_json(read_document(path))
    except (OSError, ValidationError):
        return None
    return kept.operations if kept.key == key else None
