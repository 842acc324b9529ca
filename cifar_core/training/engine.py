"""What of training depends on the machine and on Keras: precision, optimizer, the compiled model."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras

from cifar_core.hardware.devices import assigned_device
from cifar_core.runs.record import Environment
from cifar_core.settings import PROJECT_ROOT
from cifar_core.training.config import EarlyStopping, Optimizer, Precision, TrainingConfig


def prepare(config: TrainingConfig) -> Environment:
    """Seed every random generator, choose the precision, and say where the run is computed."""
    keras.utils.set_random_seed(config.seed)
    device = assigned_device()
    precision = choose_precision(config.precision, on_gpu=device.id != "cpu")
    keras.config.set_dtype_policy(precision)
    backend = keras.backend.backend()
    return Environment(
        device=device.id,
        hardware=device.hardware,
        precision=precision,
        backend=backend,
        versions={
            "python": platform.python_version(),
            "keras": keras.__version__,
            backend: version(backend),
            "numpy": version("numpy"),
        },
        platform=f"{platform.system()} {platform.machine()}",
        commit=_commit(),
    )


def choose_precision(wanted: Precision, *, on_gpu: bool) -> str:
    """Resolve ``"auto"``: bfloat16 where the processor multiplies it natively, float32 elsewhere.

    A processor that only emulates bfloat16 would train more slowly than in float32.
    """
    if wanted != "auto":
        return wanted
    if on_gpu:
        return "mixed_bfloat16"
    try:
        native = "avx512_bf16" in Path("/proc/cpuinfo").read_text(errors="replace")
    except OSError:
        native = False
    return "mixed_bfloat16" if native else "float32"


def make_optimizer(name: Optimizer, learning_rate: float) -> Any:
    """Return the Keras optimizer with its default settings."""
    makers = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "sgd": lambda learning_rate: keras.optimizers.SGD(learning_rate, momentum=0.9, nesterov=True),
        "rmsprop": keras.optimizers.RMSprop,
    }
    return makers[name](learning_rate)


def compile_for_training(network: Any, config: TrainingConfig) -> Any:
    """Wrap a network for training; both share their weights.

    The network itself stays uncompiled, so that saving it writes no optimizer state: a third of the size.
    """
    trainer = keras.Model(network.inputs, network.outputs, name=network.name)
    trainer.compile(
        optimizer=make_optimizer(config.optimizer, config.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return trainer


def save_network(network: Any, path: Path) -> None:
    """Write ``model.keras`` so that a reader sees the old file or the new one, never a part."""
    # Keras tells the format from the name's ending, so the temporary name has the same.
    temporary = path.with_name(f".part-{os.getpid()}.keras")
    try:
        network.save(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _commit() -> str | None:
    """Return the project's git commit, where there is one."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=5, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def early_stopping(rule: EarlyStopping) -> Any:
    """Return Keras's callback; which weights are kept is decided elsewhere."""
    return keras.callbacks.EarlyStopping(monitor=rule.monitor, mode="min", patience=rule.patience)
