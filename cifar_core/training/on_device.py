"""Training with all pictures on the GPU: many steps in one call, and nothing but a few numbers travels to it.

A fast GPU trains a small network in less time than the processor needs to change the pictures and to send them. Here
the pictures lie on the device from the start. Chance is still drawn where it always is
(:class:`~cifar_core.training.batches.TrainingBatches`), so that a seed gives the same pictures as without this module;
what is sent for a step is which pictures, which of them mirrored, and how far each is moved.
"""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from cifar_core.hardware.devices import assigned_device
from cifar_core.recipes.config import Augmentation
from cifar_core.training.augment import choose_shift
from cifar_core.training.batches import TrainingBatches
from cifar_core.training.trainer import Trainer

STEPS_PER_CALL = 24
"""Few enough that a run stops within seconds, enough that starting a call takes no time beside it."""
MOST_BYTES = 2**30
"""Of pictures; more of them are sent batch by batch, as to a processor."""


def suits_device(augmentation: Augmentation, images: NDArray[np.uint8]) -> bool:
    """Whether a training runs on its device as a whole: a GPU, room, and no change but mirroring and shifting.

    Parameters
    ----------
    augmentation : Augmentation
        What is asked for; rotating, mixing and the like need the processor.
    images : ndarray of uint8, shape (N, height, width, 3)
        The training pictures.
    """
    others = augmentation.model_copy(update={"flip": False, "translate": 0.0})
    plain = not others.model_dump(exclude_defaults=True, exclude={"rand_augment_magnitude"})
    able = keras.backend.backend() in ("tensorflow", "jax")
    return able and assigned_device().id != "cpu" and plain and images.nbytes <= MOST_BYTES


class StepPlans(keras.utils.PyDataset):  # type: ignore[misc]
    """What chance decided for several steps, in place of their pictures.

    Parameters
    ----------
    batches : TrainingBatches
        Whose steps they are; order and changes come from it.

    Notes
    -----
    An item is a dictionary: ``plan``, int32 of shape (steps × batch, 4) — row among the training pictures, 1 where
    mirrored, pixels down, pixels right —, and ``count``, int32 of shape (1,), how many of the steps are to be made.
    All items but an epoch's last have one shape, so that they share one compiled program; the smaller batch at the
    end of an epoch is an item of its own.
    """

    def __init__(self, batches: TrainingBatches) -> None:
        super().__init__()
        self._batches = batches
        self._whole, self._rest = divmod(len(batches.images), batches.batch_size)
        self._at_once = min(STEPS_PER_CALL, self._whole)
        self._calls = -(-self._whole // STEPS_PER_CALL)

    def __len__(self) -> int:
        return self._calls + bool(self._rest)

    def __getitem__(self, index: int) -> dict[str, NDArray[np.int32]]:
        if index == self._calls:
            return {"plan": self._plan(self._whole), "count": np.ones(1, np.int32)}
        first = index * self._at_once
        plans = [self._plan(step) for step in range(first, min(first + self._at_once, self._whole))]
        count = np.array([len(plans)], np.int32)
        plans += [plans[0]] * (self._at_once - len(plans))
        return {"plan": np.concatenate(plans), "count": count}

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch; called by Keras."""
        self._batches.on_epoch_end()

    @property
    def steps_per_item(self) -> int:
        """How many steps an item stands for; the last ones of an epoch may be fewer."""
        return max(1, self._at_once)

    def _plan(self, step: int) -> NDArray[np.int32]:
        rows, mirrored, rng = self._batches.chances(step)
        down = right = np.zeros(len(rows), np.int64)
        if self._batches.augmentation.translate:
            width = self._batches.images.shape[2]
            down, right = choose_shift(self._batches.augmentation.translate, width, len(rows), rng)
        return np.stack([rows, mirrored, down, right], axis=1).astype(np.int32)


class DeviceTrainer(Trainer):
    """A network that makes many steps in one call of ``fit``, from a plan (:class:`StepPlans`).

    It is evaluated and asked like any other, with pictures.
    """

    def hold(self, batches: TrainingBatches) -> None:
        """Put the training pictures and their targets onto the device; call it after ``compile``.

        Parameters
        ----------
        batches : TrainingBatches
            Those of which ``fit`` gets the plans.
        """
        self._batch_size = batches.batch_size
        _, self._height, self._width, colours = batches.images.shape
        pixels = batches.images.reshape(-1, colours)
        self._pixels = self._held(pixels, "held_pixels")
        self._targets = self._held(batches.targets, "held_targets")

    def train_step(self, *arguments: Any) -> Any:
        """Make the steps of a plan, in one loop on the device."""
        if keras.backend.backend() == "jax":
            return self._steps_in_jax(*arguments)
        return self._steps_in_tensorflow(*arguments)

    def _steps_in_tensorflow(self, data: dict[str, Any]) -> dict[str, Any]:
        import tensorflow as tf

        one_step = super().train_step
        plan = data["plan"]
        # Only the step at the end of an epoch is shorter than a batch.
        plan = tf.reshape(plan, (-1, tf.minimum(tf.shape(plan)[0], self._batch_size), 4))

        def step(number: Any) -> tuple[Any]:
            one_step(self._batch(self._pixels, self._targets, plan[number]))
            return (number + 1,)

        tf.while_loop(lambda number: number < data["count"][0], step, (tf.constant(0),))
        return dict(self.get_metrics_result())

    def _steps_in_jax(self, state: Any, data: dict[str, Any]) -> Any:
        import jax

        one_step = super().train_step
        plan = data["plan"].reshape(-1, min(len(data["plan"]), self._batch_size), 4)
        places = [id(variable) for variable in self.non_trainable_variables]
        pixels, targets = (state[1][places.index(id(held))] for held in (self._pixels, self._targets))

        def step(number: Any, carried: Any) -> Any:
            return one_step(carried[1], self._batch(pixels, targets, plan[number]))

        nothing = jax.tree.map(
            lambda one: ops.zeros(one.shape, one.dtype), jax.eval_shape(step, 0, (None, state))[0]
        )
        return jax.lax.fori_loop(0, data["count"][0], step, (nothing, state))

    def _held(self, values: NDArray[Any], name: str) -> Any:
        held = self.add_weight(
            values.shape, "zeros", str(values.dtype), trainable=False, autocast=False, name=name
        )
        held.assign(values)
        return held

    def _batch(self, pixels: Any, targets: Any, plan: Any) -> tuple[Any, Any]:
        """Gather the pictures of a step, mirrored and moved: each pixel is looked up where it comes from."""
        rows, mirrored, down, right = (plan[:, column, None] for column in range(4))
        y = _reflected(ops.arange(self._height, dtype="int32") - down, self._height)
        x = _reflected(ops.arange(self._width, dtype="int32") - right, self._width)
        x = ops.where(mirrored == 1, self._width - 1 - x, x)
        places = ((rows * self._height + y) * self._width)[:, :, None] + x[:, None, :]
        return ops.cast(ops.take(pixels, places, axis=0), "float32"), ops.take(targets, plan[:, 0], axis=0)


def _reflected(index: Any, size: int) -> Any:
    """Bring indices back from beyond either edge, as in a mirror that stands on the edge's pixel."""
    return size - 1 - ops.abs(size - 1 - ops.abs(index))
