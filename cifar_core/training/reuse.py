"""The compiled step of one run serves the next one in the same process, where both would compile the same.

To trace and optimize a step takes TensorFlow longer than a small training. It depends on the network, on the shapes
of what it is fed with and on most of the recipe; weights, states and learning rates are variables that it reads. So
the next run is built as ever, and its values are put into the variables of the one before: it gives the same bits.
"""

from collections.abc import Collection
from typing import Any

from cifar_core.recipes.config import TrainingConfig

NOT_COMPILED = (
    "name", "data", "seed", "device", "learning_rate", "schedule", "initial_weights", "augmentation",
    "validation_fraction", "training_share", "early_stopping", "keep", "test_time_augmentation",
)  # fmt: skip
"""What of a recipe is no part of the step: it decides values, or what the step is fed with. All else is compiled."""


class CompiledStep:
    """Keeps network and trainer of the last run that finished in this process, and the step compiled for them."""

    def __init__(self) -> None:
        self._kept: tuple[Any, Any, Any] = (None, None, None)
        self._in_use: tuple[Any, Any, Any] = self._kept

    def reused(
        self,
        network: Any,
        trainer: Any,
        config: TrainingConfig,
        *,
        validation_pictures: int,
        own: Collection[str] = (),
    ) -> tuple[Any, Any]:
        """Return network and trainer of a new run: those given, or those of the last run with the values of these.

        Parameters
        ----------
        network : keras.Model
            Newly built.
        trainer : keras.Model
            From :func:`~cifar_core.training.engine.make_trainer` for this network.
        config : TrainingConfig
            What the run is asked to do.
        validation_pictures : int
            How many are predicted after each epoch.
        own : collection of str
            Which operations of ours it is trained with.
        """
        import keras  # Only now: this object is there before anything is trained.

        from cifar_core.training import engine

        if (
            keras.backend.backend() != "tensorflow"
        ):  # Others compile variables that they do not know as constants.
            return network, trainer
        rates = engine.planned_rates(trainer)
        asked = config.model_dump_json(exclude=set(NOT_COMPILED))
        policy = keras.config.dtype_policy().name
        shapes = (rates.shape, validation_pictures)
        key = (network.to_json(), type(trainer), policy, asked, shapes, tuple(sorted(own)))
        last_key, last_network, last_trainer = self._kept
        self._in_use, self._kept = (key, network, trainer), (None, None, None)
        if key == last_key:
            engine.assign_state(last_network, last_trainer, *engine.training_state(network, trainer))
            engine.planned_rates(last_trainer).assign(rates)
            self._in_use = key, last_network, last_trainer
        return self._in_use[1:]

    def keep(self) -> None:
        """Keep what the run that has just finished was trained with; of one that broke off nothing is used again."""
        self._kept = self._in_use
