"""The optimizer that a recipe asks for, with its learning rate for every step."""

from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cifar_core.recipes.config import Recipe
from cifar_core.training.muon import Muon
from cifar_core.training.schedule import learning_rates

FEWEST_RATES = 1 << 15


def make_optimizer(recipe: Recipe, steps_per_epoch: int, *, fused: bool = False) -> Any:
    """Return the Keras optimizer that a recipe asks for.

    Parameters
    ----------
    recipe : Recipe
        Its optimizer, learning rates, weight decay and moving average count.
    steps_per_epoch : int
        1 or more: the learning rate is planned for ``recipe.epochs`` times as many.
    fused : bool
        Adam and AdamW in TensorFlow's one operation, and the others traced in less time; for training on a processor
        with TensorFlow.
    """
    adam = FusedAdam if fused else keras.optimizers.Adam  # AdamW is Adam with a decay apart from the gradient
    sgd = LocalSGD if fused else keras.optimizers.SGD
    makers = {
        "adam": adam,
        "adamw": adam,
        "sgd": partial(sgd, momentum=0.9, nesterov=True),
        "rmsprop": LocalRMSprop if fused else keras.optimizers.RMSprop,
        "muon": LocalMuon if fused else Muon,
    }
    options: dict[str, Any] = {}
    if recipe.weight_decay:
        options["weight_decay"] = recipe.weight_decay
    if recipe.optimizer == "muon":
        options["other_rate"] = recipe.muon_other_rate
    if recipe.average:
        options |= {"use_ema": True, "ema_momentum": recipe.average}
    return makers[recipe.optimizer](PlannedRates(learning_rates(recipe, steps_per_epoch)), **options)


class PlannedRates(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A learning rate for every step; the optimizer's own count of steps says which.

    Parameters
    ----------
    rates : ndarray of float32, shape (steps,)
        From :func:`~cifar_core.training.schedule.learning_rates`; beyond the last step its rate stays.

    Attributes
    ----------
    rates : keras.Variable
        The same, as :func:`padded` has them.
    """

    def __init__(self, rates: NDArray[np.float32]) -> None:
        # A variable, so that a compiled step can be given others; no state of the optimizer, so not in checkpoints.
        self.rates = keras.Variable(padded(rates), trainable=False, autocast=False, name="planned_rates")

    def __call__(self, step: Any) -> Any:
        """Return the rate of a step, counted from 0."""
        last = self.rates.shape[0] - 1
        return keras.ops.take(self.rates, keras.ops.minimum(keras.ops.cast(step, "int32"), last))

    def get_config(self) -> dict[str, Any]:
        """Never saved: the optimizer is built anew from the run's recipe."""
        raise NotImplementedError


def padded(rates: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rates followed by the last one, 32,768 or a larger power of two: most trainings have the same graph."""
    length = max(FEWEST_RATES, 1 << (len(rates) - 1).bit_length())
    return np.pad(rates, (0, length - len(rates)), mode="edge")


class _Local:
    """An optimizer that changes its variables where they are: through ``tf.distribute`` that takes longer to trace."""

    def _backend_update_step(self, grads: Any, trainable_variables: Any, learning_rate: Any) -> None:
        for gradient, variable in zip(grads, trainable_variables, strict=True):
            self.update_step(gradient, variable.value, learning_rate)  # type: ignore[attr-defined]


class LocalMuon(_Local, Muon):
    """Muon for a processor with TensorFlow."""


class LocalSGD(_Local, keras.optimizers.SGD):  # type: ignore[misc]
    """SGD for a processor with TensorFlow."""


class LocalRMSprop(_Local, keras.optimizers.RMSprop):  # type: ignore[misc]
    """RMSprop for a processor with TensorFlow."""


class FusedAdam(keras.optimizers.Adam):  # type: ignore[misc]
    """Keras's Adam whose step for one variable is one operation of TensorFlow in place of twenty.

    With the hundreds of variables of a network from ``keras.applications`` the first step comes in half the time or
    two thirds, and every step is a seventh shorter; docs/performance.md has the figures.

    Parameters
    ----------
    learning_rate : float or LearningRateSchedule
        Of all variables, above 0.
    weight_decay : float
        What each variable loses per step, as a share at a learning rate of 1: AdamW (arXiv:1711.05101).
    """

    def __init__(self, learning_rate: Any = 0.001, *, weight_decay: float = 0.0, **options: Any) -> None:
        super().__init__(learning_rate, **options)
        self._decay = weight_decay

    def _backend_update_step(self, grads: Any, trainable_variables: Any, learning_rate: Any) -> None:
        """Change all variables. Keras's own way, through ``tf.distribute``, takes three times as long to trace."""
        import tensorflow as tf

        kind = trainable_variables[0].dtype
        rate, step = tf.cast(learning_rate, kind), tf.cast(self.iterations + 1, kind)
        beta_1, beta_2, epsilon = (
            tf.constant(value, kind) for value in (self.beta_1, self.beta_2, self.epsilon)
        )
        # What all variables share is computed once: an operation for each of hundreds takes a second to trace.
        shared = {
            "beta1_power": tf.pow(beta_1, step), "beta2_power": tf.pow(beta_2, step),
            "lr": rate, "beta1": beta_1, "beta2": beta_2, "epsilon": epsilon,
        }  # fmt: skip
        decay = rate * self._decay
        for gradient, variable in zip(grads, trainable_variables, strict=True):
            index = self._get_variable_index(variable)
            if self._decay:
                variable.value.assign_sub(variable.value * decay)
            tf.raw_ops.ResourceApplyAdam(
                var=variable.value.handle,
                m=self._momentums[index].value.handle,
                v=self._velocities[index].value.handle,
                grad=tf.cast(gradient, kind),
                **shared,
            )

    def get_config(self) -> dict[str, Any]:
        """Return the options."""
        options: dict[str, Any] = super().get_config()
        return options | {"weight_decay": self._decay}
