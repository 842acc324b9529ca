"""A network as it is trained: towards smoothed targets, and judged by plain ones."""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from cifar_core.lean_keras import nothing_collected
from cifar_core.training.acceleration import Accelerated
from cifar_core.training.kept_steps import KeptSteps

CROSS_ENTROPY = "cross_entropy"
"""Under which name Keras's figures hold the cross-entropy; after validation with ``val_`` before it."""


class Trainer(Accelerated):
    """A network whose loss has label smoothing in training alone; its metrics see the targets as they are.

    Attributes
    ----------
    label_smoothing : float
        Share of each target that the training loss spreads evenly over all classes, 0 to below 1.
    """

    label_smoothing = 0.0
    kept_steps: KeptSteps | None = None
    """Where graphs of its steps are kept, if they are."""
    _seen: Any = None

    def note_validation(self, pictures: int) -> None:
        """Keep the logits of each validation from now on: they are computed for its figures anyway.

        Parameters
        ----------
        pictures : int
            How many there are in a whole validation; the same each time.
        """
        if self._seen is not None:
            return
        self._seen = self.add_weight(
            (pictures, self.output_shape[-1]),
            "zeros",
            "float32",
            trainable=False,
            autocast=False,
            name="seen",
        )
        self._next_row = self.add_weight(
            (), "zeros", "int32", trainable=False, autocast=False, name="next_row"
        )

    def begin_validation(self) -> None:
        """Let the next logits be those of the first validation pictures."""
        self._next_row.assign(0)

    @property
    def validated(self) -> NDArray[np.float32]:
        """Logits of the last validation, shape (pictures, classes)."""
        return np.asarray(ops.convert_to_numpy(self._seen))

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Compute what training makes small: the cross-entropy towards smoothed targets, and the weight penalty.

        Parameters
        ----------
        x : tensor, optional
            Unused.
        y : tensor, shape (N, classes)
            Targets: probabilities whose rows sum to 1.
        y_pred : tensor, shape (N, classes)
            Logits.
        sample_weight : tensor, optional
            Of each picture.
        training : bool
            Targets are only smoothed where this is so.
        """
        if training and self.label_smoothing:
            y = y * (1.0 - self.label_smoothing) + self.label_smoothing / y.shape[-1]
        if not training and self._seen is not None:
            self._note(y_pred)
        return super().compute_loss(x, y, y_pred, sample_weight, training)

    def _make_function(self, step_function: Any) -> Any:
        """Make of a step what ``fit`` and ``evaluate`` call, where XLA does not compile it, as one graph.

        Keras puts one graph into another, which takes TensorFlow a seventh longer until the first step has ended.
        """
        kerass = super()._make_function(step_function)
        if self.jit_compile or self.run_eagerly or self.steps_per_execution > 1:
            return kerass
        import tensorflow as tf

        @tf.function(reduce_retracing=True, autograph=False)  # type: ignore[untyped-decorator]
        def step(batches: Any) -> Any:
            with nothing_collected():
                return step_function(batches.get_next())

        found: dict[str, Any] = {}  # by what the iterator gives

        def from_iterator(batches: Any) -> Any:
            fed = repr(batches.element_spec)
            if fed not in found:
                found[fed] = self._made(step, step_function.__name__, batches)
            return found[fed](batches)

        # A single batch, as ``test_on_batch`` has it, comes from a generator.
        return lambda batches: (from_iterator if isinstance(batches, tf.data.Iterator) else kerass)(batches)

    def _made(self, step: Any, name: str, batches: Any) -> Any:
        def trace() -> Any:
            self.compile_ahead()
            return step.get_concrete_function(batches)

        training = name == "train_step"
        if self.kept_steps is None:
            return trace()
        return self.kept_steps.look_up(name, batches, trace, self.pictures if training else 0)

    def _note(self, logits: Any) -> None:
        count = ops.shape(logits)[0]
        rows = self._next_row + ops.arange(count, dtype="int32")
        self._seen.assign(ops.scatter_update(self._seen, rows[:, None], ops.cast(logits, "float32")))
        self._next_row.assign(self._next_row + count)


def cross_entropy_metric() -> Any:
    """Return the mean cross-entropy in nats of logits against targets, which adds nothing of the loss."""
    return keras.metrics.CategoricalCrossentropy(from_logits=True, name=CROSS_ENTROPY)


def weight_penalty(trainer: Any) -> float:
    """Return what the penalties of a network's weights, as they are now, add to its loss.

    Parameters
    ----------
    trainer : keras.Model
        Any model; of its trainable weights those that have a regularizer count.
    """
    penalties = (
        weight.regularizer(weight) for weight in trainer.trainable_variables if weight.regularizer is not None
    )
    return float(sum(float(ops.sum(penalty)) for penalty in penalties))
