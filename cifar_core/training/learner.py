"""A network with all that ``fit`` needs to train it; its first weights, or those of a checkpoint."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.lean_keras import nothing_collected
from cifar_core.models.registry import model_of
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import restore_metrics
from cifar_core.training import engine
from cifar_core.training.batches import TrainingBatches, one_hot
from cifar_core.training.checkpoint import Checkpoint
from cifar_core.training.operations import OWN
from cifar_core.training.reuse import CompiledStep
from cifar_core.training.split_data import SplitData

PREPARATION_PICTURES = 5000
"""What a network may look at before it is trained: enough for statistics of patches."""


@dataclass(frozen=True)
class Learner:
    """A network and what it is trained and validated with.

    Attributes
    ----------
    network : keras.Model
        Uncompiled; this is what is saved.
    trainer : keras.Model
        The same network compiled for training: both share their weights.
    batches : TrainingBatches
        The pictures it learns from, augmented.
    steps : keras.utils.PyDataset
        What the trainer's ``fit`` takes: the batches, or plans of several steps each.
    held_out : tuple of ndarray of float32
        Validation pictures, shape (N, 32, 32, 3), and their one-hot labels, shape (N, classes).
    """

    network: Any
    trainer: Any
    batches: TrainingBatches
    steps: Any
    held_out: tuple[NDArray[np.float32], NDArray[np.float32]]


@nothing_collected()
def build_learner(
    config: TrainingConfig,
    data: SplitData,
    *,
    first_epoch: int,
    own: Collection[str] = OWN,
    compiled: CompiledStep | None = None,
    cache_dir: Path | None = None,
) -> Learner:
    """Build the network of a run and compile it for its pictures, with weights as the seed draws them.

    Parameters
    ----------
    config : TrainingConfig
        Model, recipe and seed.
    data : SplitData
        What it learns from and is validated with.
    first_epoch : int
        The epoch that training begins with, counted from 0: it decides the order of the pictures.
    own : collection of str
        Which operations of ours it is trained with on a processor.
    compiled : CompiledStep, optional
        Of the runs that this process has trained before.
    cache_dir : Path, optional
        Where graphs of steps are kept for other processes.
    """
    train, classes = data.dataset.train, len(data.dataset.class_names)
    network = model_of(config).build(classes)
    batches = TrainingBatches(
        train.images, train.labels, classes, data.training,
        batch_size=config.batch_size, augmentation=config.augmentation, seed=config.seed, first_epoch=first_epoch,
    )  # fmt: skip
    make = partial(engine.make_trainer, network, config, batches, own, cache_dir)
    if compiled is None:
        trainer, steps = make()
    else:
        network, trainer, steps = compiled.reused(
            network, config, batches, make, validation_pictures=len(data.validation), own=own
        )
    held_out = (
        train.images[data.validation].astype(np.float32),
        one_hot(train.labels[data.validation], classes),
    )
    return Learner(network, trainer, batches, steps, held_out)


def set_first_weights(learner: Learner, config: TrainingConfig, data: SplitData) -> None:
    """Give a new network the weights that are not drawn by the seed: computed from pictures, or from ImageNet.

    Parameters
    ----------
    learner : Learner
        Newly built.
    config : TrainingConfig
        Names the model and where its weights begin.
    data : SplitData
        Its first training pictures are looked at.
    """
    spec = model_of(config)
    if spec.prepare:
        first = data.training[:PREPARATION_PICTURES]
        spec.prepare(learner.network, data.dataset.train.images[first])
    if config.initial_weights == "imagenet" and spec.load_pretrained:
        spec.load_pretrained(learner.network)


def restore(learner: Learner, earlier: Checkpoint, paths: RunPaths) -> None:
    """Put a learner, ``model.keras`` and ``metrics.jsonl`` into the state of a checkpoint.

    Parameters
    ----------
    learner : Learner
        Newly built.
    earlier : Checkpoint
        Of at least one finished epoch.
    paths : RunPaths
        The run's folder.

    Raises
    ------
    RunError
        The checkpoint belongs to another network: the model was changed since.
    """
    engine.restore_training(learner.network, learner.trainer, earlier, paths.model)
    restore_metrics(paths.metrics, earlier.history)
