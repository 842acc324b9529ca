"""The compiled step of one run serves the next one in the same process, where both would compile the same.

To trace and optimize a step takes TensorFlow longer than a small training. It depends on the network, on the shapes
of what it is fed with and on most of the recipe; weights, states and learning rates are variables that it reads. So
the next network is built as ever, and its values are put into the variables of the one before: it gives the same bits.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.recipes.config import TrainingConfig
from cifar_core.training.kept_steps import what_is_compiled
from cifar_core.training.schedule import learning_rates

if TYPE_CHECKING:  # They import Keras; a worker has a CompiledStep before it does.
    from cifar_core.training.batches import TrainingBatches


@dataclass(frozen=True)
class _Kept:
    """What a run was trained with, and all that its step depends on."""

    key: tuple[Any, ...]
    network: Any
    trainer: Any
    first_state: tuple[NDArray[Any], ...]
    """Of the optimizer, before the first step: it knows nothing of the weights."""


class CompiledStep:
    """Keeps network and trainer of the last run that finished in this process, and the step compiled for them."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None
        self._in_use: _Kept | None = None

    def reused(
        self,
        network: Any,
        config: TrainingConfig,
        batches: "TrainingBatches",
        make: Callable[[], tuple[Any, Any]],
        *,
        validation_pictures: int,
        own: Collection[str] = (),
    ) -> tuple[Any, Any, Any]:
        """Return what a new run is trained with: what is made for it, or what the last one had, with its own values.

        Parameters
        ----------
        network : keras.Model
            Newly built.
        config : TrainingConfig
            What the run is asked to do.
        batches : TrainingBatches
            What it is trained on.
        make : callable
            Returns a trainer for the network, and what its ``fit`` takes
            (:func:`~cifar_core.training.engine.make_trainer`).
        validation_pictures : int
            How many are predicted after each epoch.
        own : collection of str
            Which operations of ours it is trained with.

        Returns
        -------
        network, trainer : keras.Model
            Those of the last run where the same would be compiled.
        steps : keras.utils.PyDataset
            What the trainer's ``fit`` takes.
        """
        import keras

        from cifar_core.training import engine
        from cifar_core.training.on_device import suits_device
        from cifar_core.training.optimizers import padded

        last, self._kept, self._in_use = self._kept, None, None
        # On a device the pictures are part of the trainer; other backends compile variables that they do not know as
        # constants.
        if keras.backend.backend() != "tensorflow" or suits_device(config.augmentation, batches.images):
            return network, *make()
        rates = padded(learning_rates(config, len(batches)))
        key = (str(what_is_compiled(network, config, own)), rates.shape, validation_pictures)
        if last is not None and last.key == key:
            values, _ = engine.training_state(network, last.trainer)
            engine.assign_state(last.network, last.trainer, values, last.first_state)
            engine.planned_rates(last.trainer).assign(rates)
            self._in_use = last
        else:
            trainer, _ = make()
            _, state = engine.training_state(network, trainer)
            self._in_use = _Kept(key, network, trainer, tuple(map(_small, state)))
        return self._in_use.network, self._in_use.trainer, batches

    def keep(self) -> None:
        """Keep what the run that has just finished was trained with; of one that broke off nothing is used again."""
        self._kept = self._in_use


def _small(values: NDArray[Any]) -> NDArray[Any]:
    """Return the same; zeros, which most of a state are at first, take no memory."""
    return values if values.any() else np.broadcast_to(np.zeros((), values.dtype), values.shape)
