"""What of training depends on the machine and on Keras: precision, compiled model, its state."""

import os
import platform
import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cifar_core.errors import RunError
from cifar_core.hardware.devices import assigned_device
from cifar_core.lean_keras import nothing_collected
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.runs.record import Environment
from cifar_core.system.files import remove, replace, sync_path
from cifar_core.training.acceleration import used_operations
from cifar_core.training.batches import TrainingBatches
from cifar_core.training.checkpoint import Arrays, Checkpoint
from cifar_core.training.contests import measure_operations
from cifar_core.training.kept_steps import FOLDER, KeptSteps, what_is_compiled
from cifar_core.training.on_device import DeviceTrainer, StepPlans, suits_device
from cifar_core.training.operations import OWN, choose_operations
from cifar_core.training.optimizers import make_optimizer
from cifar_core.training.provenance import project_commit
from cifar_core.training.trainer import Trainer, cross_entropy_metric


def prepare(
    config: TrainingConfig, cache_dir: Path | None = None, before: Environment | None = None
) -> Environment:
    """Choose precision and operations, seed every random generator, and say where the run is computed.

    Parameters
    ----------
    config : TrainingConfig
        What is trained.
    cache_dir : Path, optional
        Where is kept which operations are quick here; without it they are not measured.
    before : Environment, optional
        Of an earlier attempt of the run, whose choice is kept.

    Raises
    ------
    ConfigError
        The environment variable that chooses operations names one that there is not.
    """
    device = assigned_device()
    measure = measure_operations if _on_processor() else None
    operations = choose_operations(config, device, cache_dir=cache_dir, before=before, measure=measure)
    keras.config.set_dtype_policy(operations.precision)
    _seed(config.seed)
    backend = keras.backend.backend()
    return Environment(
        device=device.id,
        hardware=device.hardware,
        precision=operations.precision,
        operations=operations.own if _on_processor() else None,
        backend=backend,
        versions={
            "python": platform.python_version(),
            "keras": keras.__version__,
            backend: version(backend),
            "numpy": version("numpy"),
        },
        platform=f"{platform.system()} {platform.machine()}",
        commit=project_commit(),
    )


def _seed(seed: int) -> None:
    if keras.backend.backend() != "tensorflow":
        keras.utils.set_random_seed(seed)
        return
    # Keras draws the seeds of all layers from Python's generator. Its own function would also seed TensorFlow's, from
    # which nothing is drawn, and TensorFlow would forget every step that it has compiled.
    random.seed(seed)


def with_used_operations(environment: Environment, trainer: Any) -> Environment:
    """Return an environment that names those operations of ours alone that a network has a use for.

    Parameters
    ----------
    environment : Environment
        From :func:`prepare`.
    trainer : keras.Model
        From :func:`make_trainer`.
    """
    if environment.operations is None:
        return environment
    return environment.model_copy(update={"operations": used_operations(trainer)})


def _on_processor() -> bool:
    return keras.backend.backend() == "tensorflow" and assigned_device().id == "cpu"


def make_trainer(
    network: Any,
    recipe: Recipe,
    batches: TrainingBatches,
    own: Collection[str] = OWN,
    cache_dir: Path | None = None,
) -> tuple[Any, keras.utils.PyDataset]:
    """Compile a network for training on batches, in the way that suits device and recipe.

    Parameters
    ----------
    network : keras.Model
        Takes RGB pixels 0–255, float32, shape (N, 32, 32, 3); gives logits, shape (N, classes).
    recipe : Recipe
        Its optimizer, learning rates, batch size and augmentation count.
    batches : TrainingBatches
        What it is to be trained on.
    own : collection of str
        Which operations of ours it is trained with on a processor.
    cache_dir : Path, optional
        Where graphs of its steps are kept, so that the next process need not trace them; without it they are not.

    Returns
    -------
    trainer : keras.Model
        Compiled; shares all weights with the network.
    steps : keras.utils.PyDataset
        What the trainer's ``fit`` takes: the batches themselves, or plans of several steps each
        (:mod:`cifar_core.training.on_device`).
    """
    on_device = suits_device(recipe.augmentation, batches.images)
    trainer = compile_for_training(network, recipe, len(batches), on_device=on_device, own=own)
    if not on_device:
        if cache_dir is not None and _on_processor():
            variables, depends_on = partial(_all_variables, trainer), what_is_compiled(network, recipe, own)
            trainer.kept_steps = KeptSteps(cache_dir / FOLDER, variables, depends_on)
        return trainer, batches
    trainer.hold(batches)
    return trainer, StepPlans(batches)


@nothing_collected()
def compile_for_training(
    network: Any,
    recipe: Recipe,
    steps_per_epoch: int,
    *,
    on_device: bool = False,
    own: Collection[str] = OWN,
) -> Any:
    """Wrap a network for training on targets that are probabilities; both share their weights.

    The network itself stays uncompiled, so that saving it writes no optimizer state: a third of the size.

    Parameters
    ----------
    network : keras.Model
        Takes RGB pixels 0–255, float32, shape (N, 32, 32, 3); gives logits, shape (N, classes).
    recipe : Recipe
        Its optimizer, learning rates, batch size and label smoothing count.
    steps_per_epoch : int
        The learning rate is planned for ``recipe.epochs`` times as many.
    on_device : bool
        Make a :class:`~cifar_core.training.on_device.DeviceTrainer`, which takes plans of many steps, not pictures.
    own : collection of str
        Which operations of ours it is trained with on a processor.

    Returns
    -------
    keras.Model
        Compiled, with its optimizer's variables made. Its ``fit`` takes plain targets: the loss smooths them in
        training and adds the weight penalty, ``cross_entropy`` beside it does neither; both are means in nats.
    """
    on_cpu_tensorflow = _on_processor()
    kind = DeviceTrainer if on_device else Trainer
    trainer = kind(network.inputs[0], network.outputs[0], name=network.name)
    if on_cpu_tensorflow and not on_device:
        trainer.accelerate(recipe.batch_size, own)
    trainer.label_smoothing = recipe.label_smoothing
    trainer.compile(
        optimizer=make_optimizer(recipe, steps_per_epoch, fused=on_cpu_tensorflow),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        # By its name alone Keras would take the accuracy of one class for that of a yes or no.
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy"), cross_entropy_metric()],
        # XLA's own convolutions take twice as long on a processor as oneDNN's.
        jit_compile=False if on_cpu_tensorflow else "auto",
    )
    _make_variables(trainer)
    return trainer


def _make_variables(trainer: Any) -> None:
    """Make the variables of optimizer, loss and metrics.

    Keras would make them within the first step, and TensorFlow then traces that step once more: with many layers it
    takes twice as long to begin.
    """
    trainer.optimizer.build(trainer.trainable_variables)
    nothing = np.zeros((1, *trainer.output_shape[1:]), np.float32)
    trainer.compute_loss(None, nothing, nothing)
    trainer.compute_metrics(None, nothing, nothing)
    trainer.reset_metrics()


def _all_variables(trainer: Any) -> list[Any]:
    """Return all that a step reads or writes, in an order that depends on the recipe alone."""
    of_both = [*trainer.variables, *trainer.optimizer.variables]
    return [*of_both, *trainer.metrics_variables, planned_rates(trainer)]


@contextmanager
def averaged(trainer: Any) -> Iterator[None]:
    """Put the moving average in place of the weights, where the recipe asks for one; afterwards they are back."""
    if not _averaging(trainer).use_ema:
        yield
        return
    weights = _values(trainer.trainable_variables)
    keep_averaged(trainer)
    try:
        yield
    finally:
        _assign(trainer.trainable_variables, weights)


def keep_averaged(trainer: Any) -> None:
    """Put the moving average in place of the weights for good, where the recipe asks for one."""
    optimizer = _averaging(trainer)
    if optimizer.use_ema:
        _assign(trainer.trainable_variables, _values(optimizer._model_variables_moving_average))


def _averaging(trainer: Any) -> Any:
    """Return the optimizer that keeps the average: with float16 Keras puts another around it, to scale the loss."""
    return getattr(trainer.optimizer, "inner_optimizer", trainer.optimizer)


def training_state(network: Any, trainer: Any) -> tuple[Arrays, Arrays]:
    """Return all variables of network and optimizer, in Keras's order.

    Parameters
    ----------
    network : keras.Model
        Its weights, batch statistics and random states.
    trainer : keras.Model
        From :func:`make_trainer` for this network; its optimizer's variables, the count of steps included.

    Returns
    -------
    weights, optimizer : tuple of ndarray
        Each with its variable's shape and dtype.
    """
    return _values(network.variables), _values(trainer.optimizer.variables)


def assign_state(network: Any, trainer: Any, weights: Arrays, optimizer: Arrays) -> None:
    """Put network and optimizer into a state that :func:`training_state` returned for others like them.

    Parameters
    ----------
    network : keras.Model
        Whose variables change.
    trainer : keras.Model
        From :func:`make_trainer` for this network.
    weights, optimizer : tuple of ndarray
        Values of all variables.

    Raises
    ------
    ValueError
        They are others: too few, or of another shape.
    """
    _assign(network.variables, weights)
    _assign(trainer.optimizer.variables, optimizer)


def planned_rates(trainer: Any) -> Any:
    """Return the variable that holds the learning rate of every step, shape (steps,)."""
    return _averaging(trainer)._learning_rate.rates


def restore_training(network: Any, trainer: Any, checkpoint: Checkpoint, path: Path) -> None:
    """Put network and optimizer into the state of a checkpoint, and ``model.keras`` with them.

    Parameters
    ----------
    network : keras.Model
        Newly built; gets ``checkpoint.weights``.
    trainer : keras.Model
        From :func:`make_trainer` for this network; its optimizer gets ``checkpoint.optimizer``.
    checkpoint : Checkpoint
        After one epoch or more.
    path : Path
        ``RunPaths.model``: written anew with the best weights, since it may be an epoch ahead.

    Raises
    ------
    RunError
        The checkpoint belongs to another network: the model was changed since.
    """
    try:
        # model.keras may be one epoch ahead: it is written first.
        network.set_weights(checkpoint.best)
        save_network(network, path)
        assign_state(network, trainer, checkpoint.weights, checkpoint.optimizer)
    except ValueError as error:
        raise RunError(
            f"The checkpoint does not fit the model “{network.name}” any more ({str(error)[:200]}). "
            "Start a new run."
        ) from None


def _values(variables: Sequence[Any]) -> Arrays:
    return tuple(keras.ops.convert_to_numpy(variable) for variable in variables)


def _assign(variables: Sequence[Any], values: Arrays) -> None:
    for variable, value in zip(variables, values, strict=True):
        # NumPy's archives know no bfloat16: they give back the bare bytes.
        if value.dtype.kind == "V":
            value = value.view(keras.ops.convert_to_numpy(variable).dtype)
        variable.assign(value)


def save_network(network: Any, path: Path) -> None:
    """Write ``model.keras`` so that a reader sees the old file or the new one, never a part.

    Parameters
    ----------
    network : keras.Model
        Saved as it is; an uncompiled one takes the least room.
    path : Path
        The file; its folder must exist.

    Raises
    ------
    OSError
        It cannot be written, say on a full disk; an older file stays as it was.
    """
    # Keras tells the format from the name's ending, so the temporary name has the same.
    temporary = path.with_name(f".part-{os.getpid()}.keras")
    try:
        network.save(temporary)
        sync_path(temporary)
        replace(temporary, path)
    finally:
        remove(temporary)
