"""A short measurement of how fast this machine trains a network: a few real steps on pictures of noise.

It is the training of :mod:`cifar_core.training.train` but for the pictures: what a step costs depends on their
number, not on what they show.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil

from cifar_core.errors import RunError
from cifar_core.lean_keras import import_keras
from cifar_core.models.registry import get_model
from cifar_core.recipes.config import TrainingConfig
from cifar_core.speed.store import ShortMeasurement, Workload
from cifar_core.words.sentences import as_sentence

STEP_SECONDS = 6.0
"""How long steps are timed; a step that takes longer is timed once."""
GROUP_SECONDS = 0.25
"""Steps are timed in groups of at least so long: waiting for the result of every single one would slow them down."""
PICTURES = 8192
"""In each epoch, or four batches: enough that the ends of epochs do not count."""
VALIDATED = 500
"""Pictures looked at at once, as in a run."""
CLASSES = 10


def measure(
    config: TrainingConfig, *, step_seconds: float | None = None, cache_dir: Path | None = None
) -> ShortMeasurement:
    """Build a network as a run would, train it for some seconds and say how fast it went.

    To be called once in a process of its own: the time since its start counts as start-up.

    Parameters
    ----------
    config : TrainingConfig
        What would be trained. Its data set is not opened; the process must have been given its device.
    step_seconds : float, optional
        How long steps are timed.
    cache_dir : Path, optional
        Where is kept which operations are quick here; without it they are not measured.

    Raises
    ------
    RunError
        The network cannot be trained here; says why.
    """
    try:
        return _measure(config, STEP_SECONDS if step_seconds is None else step_seconds, cache_dir)
    except Exception as error:
        if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
            raise RunError(
                f"Memory ran out at batch size {config.batch_size}. Measure with a smaller batch."
            ) from error
        raise RunError(
            f"The measurement of “{config.model}” broke off: {type(error).__name__}: {as_sentence(error)}"
        ) from error


def _measure(config: TrainingConfig, step_seconds: float, cache_dir: Path | None) -> ShortMeasurement:
    # Imported here, so that the command line can name its commands without Keras.
    import_keras()
    from cifar_core.training import engine
    from cifar_core.training.batches import TrainingBatches

    # The clock is asked once: it may be set while this takes its time.
    began, process_age = time.monotonic(), time.time() - psutil.Process().create_time()
    environment = engine.prepare(config, cache_dir)
    # Weights from elsewhere (whitening, ImageNet) are left out: a step takes as long with any.
    network = get_model(config.model).build(CLASSES)
    rng = np.random.default_rng(config.seed)
    count = config.batch_size * max(4, -(-PICTURES // config.batch_size))
    images = rng.integers(0, 256, (max(count, VALIDATED), 32, 32, 3), np.uint8)
    batches = TrainingBatches(
        images, rng.integers(0, CLASSES, len(images)), CLASSES, np.arange(count),
        batch_size=config.batch_size, augmentation=config.augmentation, seed=config.seed,
    )  # fmt: skip
    trainer, steps = engine.make_trainer(network, config, batches, environment.operations or (), cache_dir)
    clock = _time_steps(trainer, steps, step_seconds)
    pictures_per_call = config.batch_size * len(batches) / len(steps)
    return ShortMeasurement(
        workload=Workload.of(config, environment.hardware),
        optimizer=config.optimizer,
        augmentation=config.augmentation,
        computed_in=environment.precision,
        measured=datetime.now(UTC),
        steps=clock.steps,
        startup_seconds=process_age + clock.first_step - began,
        images_per_second=pictures_per_call / median(clock.seconds_per_step),
        validated_per_second=VALIDATED / _seconds_to_validate(trainer, images[:VALIDATED].astype(np.float32)),
    )


@dataclass
class _Clock:
    """When the steps of a training ended; times in seconds, ``first_step`` on the monotonic clock."""

    first_step: float = 0.0
    steps: int = 0
    seconds_per_step: list[float] = field(default_factory=list)


def _time_steps(trainer: Any, batches: Any, step_seconds: float) -> _Clock:
    """Train until steps have been timed for so long; the first step, which compiles, is not one of them."""
    import keras

    from cifar_core.training.feeding import feeding

    clock = _Clock()
    began = group_began = 0.0
    in_group = 0

    def step_ended(batch: int, logs: Any) -> None:
        nonlocal began, group_began, in_group
        if not clock.first_step:
            float(logs["loss"])  # A GPU is only asked to compute; reading the result waits for it.
            clock.first_step = time.monotonic()
            began = group_began = time.perf_counter()
            return
        in_group += 1
        if time.perf_counter() - group_began < GROUP_SECONDS:
            return
        float(logs["loss"])
        now = time.perf_counter()
        clock.seconds_per_step.append((now - group_began) / in_group)
        clock.steps += in_group
        group_began, in_group = now, 0
        if now - began >= step_seconds:
            trainer.stop_training = True

    observer = keras.callbacks.LambdaCallback(on_train_batch_end=step_ended)
    trainer.fit(feeding(batches), epochs=1_000_000, verbose=0, shuffle=False, callbacks=[observer])
    return clock


def _seconds_to_validate(trainer: Any, images: Any) -> float:
    targets = np.eye(CLASSES, dtype=np.float32)[np.zeros(len(images), np.int64)]
    trainer.test_on_batch(images, targets)  # compiles
    began = time.perf_counter()
    trainer.test_on_batch(images, targets)
    return time.perf_counter() - began
