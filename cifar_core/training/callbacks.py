"""Observers of ``keras.Model.fit``: what they see goes into the run folder, the loop knows nothing of them."""

import math
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cifar_core.errors import RunError
from cifar_core.recipes.config import EarlyStopping
from cifar_core.runs.heartbeat import HeartbeatWriter
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.runs.outcome import best_epoch
from cifar_core.system.interrupts import interrupted
from cifar_core.training.checkpoint import Checkpoint, write_checkpoint
from cifar_core.training.engine import averaged, save_network, training_state
from cifar_core.training.progress import ProgressReport

CHECKPOINT_SHARE = 20
STOP_CHECK_SECONDS = 0.2


class StopRequested(Exception):
    """Somebody asked for the run to stop."""


class StopWatch(keras.callbacks.Callback):  # type: ignore[misc]
    """Ends ``fit`` and ``predict`` in the middle of an epoch once the stop file is there.

    Parameters
    ----------
    stop_file : Path
        ``RunPaths.stop``, in the run's folder: its presence asks for the end.
    """

    def __init__(self, stop_file: Path) -> None:
        super().__init__()
        self._stop_file = stop_file
        self._checked = 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look for the stop file, a few times a second.

        Parameters
        ----------
        batch : int
            Unused, like ``logs``: what counts is the time since the last look.
        logs : dict, optional
            Keras's figures.

        Raises
        ------
        StopRequested
            The file is there, or Ctrl-C was pressed.
        RunError
            The run's folder is gone.
        """
        now = time.monotonic()
        if now - self._checked >= STOP_CHECK_SECONDS:
            self._checked = now
            if interrupted() or self._stop_file.exists():
                raise StopRequested
            if not self._stop_file.parent.is_dir():
                raise RunError("The run was deleted while it was being trained.")

    on_test_batch_end = on_train_batch_end
    on_predict_batch_end = on_train_batch_end


class StepSigns(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells the heartbeat of every step, of ``fit`` and ``predict``, so that it can be seen when none is made.

    Parameters
    ----------
    heartbeat : HeartbeatWriter
        Of the run.
    """

    def __init__(self, heartbeat: HeartbeatWriter) -> None:
        super().__init__()
        self._heartbeat = heartbeat

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell of a step.

        Parameters
        ----------
        batch : int
            Unused, like ``logs``.
        logs : dict, optional
            Keras's figures.
        """
        self._heartbeat.step()

    on_test_batch_end = on_train_batch_end
    on_predict_batch_end = on_train_batch_end


class BestWeights(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps ``model.keras`` at the weights with the lowest validation loss.

    Parameters
    ----------
    network : keras.Model
        Whose weights are saved; it shares them with the model that is trained.
    path : Path
        ``RunPaths.model``.
    restored : Checkpoint
        What training goes on from; an empty one at the beginning.

    Attributes
    ----------
    epoch : int
        The best epoch so far, counted from 1; 0 before the first.
    weights : list of ndarray
        Those of that epoch, in Keras's order.
    """

    def __init__(self, network: Any, path: Path, restored: Checkpoint) -> None:
        super().__init__()
        self._network = network
        self._path = path
        best = best_epoch(restored.history)
        self._loss = best.val_loss if best else math.inf
        self.epoch = best.epoch if best else 0
        self.weights: list[Any] = list(restored.best)

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Save where the validation loss is the lowest so far.

        Parameters
        ----------
        epoch : int
            Counted from 0.
        logs : dict of str to float
            Keras's figures of the epoch; ``loss`` and ``val_loss`` are read.

        Raises
        ------
        RunError
            A loss or a weight is no finite number: training diverged.
        """
        for which, name in (("training", "loss"), ("validation", "val_loss")):
            if not math.isfinite(logs[name]):
                raise RunError(
                    f"The {which} loss is no finite number any more after epoch {epoch + 1}: training diverged. "
                    "Start a new run with a smaller learning rate."
                )
        # On some processors ReLU makes 0 of NaN: the loss then stays finite, as high as by guessing.
        if not all(np.isfinite(values).all() for values in self._network.get_weights()):
            raise RunError(
                f"Weights are no numbers any more after epoch {epoch + 1}: training diverged. "
                "Start a new run with a smaller learning rate."
            )
        if logs["val_loss"] < self._loss:
            self._loss = logs["val_loss"]
            self.epoch = epoch + 1
            with averaged(self.model):
                self.weights = self._network.get_weights()
                save_network(self._network, self._path)


class AveragedValidation(keras.callbacks.Callback):  # type: ignore[misc]
    """Validates the moving average of the weights, which is what is kept, where the recipe asks for one."""

    def __init__(self) -> None:
        super().__init__()
        self._swapped = ExitStack()

    def on_test_begin(self, logs: Any = None) -> None:
        """Put the average in place."""
        self._swapped.enter_context(averaged(self.model))

    def on_test_end(self, logs: Any = None) -> None:
        """Go on with the weights."""
        self._swapped.close()


class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes the state of training after an epoch, so that an interrupted run goes on from there.

    Where writing is slow beside an epoch, some epochs are passed over: a twentieth of the time is the most it takes.

    Parameters
    ----------
    network : keras.Model
        Whose variables are written.
    folder : Path
        ``RunPaths.checkpoint``; made when the first one is written.
    progress : ProgressReport
        Knows the finished epochs; Keras must call it first.
    best : BestWeights
        Knows the weights with the lowest validation loss; Keras must call it first.
    seconds_before : float
        What earlier attempts took.
    """

    def __init__(
        self, network: Any, folder: Path, progress: ProgressReport, best: BestWeights, seconds_before: float
    ) -> None:
        super().__init__()
        self._network = network
        self._folder = folder
        self._progress = progress
        self._best = best
        self._started = time.monotonic() - seconds_before
        self._written = -math.inf
        self._cost = 0.0

    @property
    def seconds(self) -> float:
        """Training time so far, that of earlier attempts included."""
        return time.monotonic() - self._started

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the state, unless that was done just now.

        Parameters
        ----------
        epoch : int
            Unused, like ``logs``: the epochs of ``progress`` count.
        logs : dict, optional
            Keras's figures.

        Raises
        ------
        OSError
            It cannot be written, say on a full disk.
        """
        before = time.monotonic()
        if before - self._written < CHECKPOINT_SHARE * self._cost:
            return
        weights, optimizer = training_state(self._network, self.model)
        write_checkpoint(
            self._folder,
            Checkpoint(
                tuple(self._progress.history), self.seconds, weights, optimizer, tuple(self._best.weights)
            ),
        )
        self._written = time.monotonic()
        self._cost = self._written - before


class EarlyStop(keras.callbacks.Callback):  # type: ignore[misc]
    """Ends training when a loss has not fallen for some epochs; it knows nothing but the history.

    Parameters
    ----------
    rule : EarlyStopping
        Which loss, and how many epochs of patience.
    progress : ProgressReport
        Knows the finished epochs; Keras must call it first.
    """

    def __init__(self, rule: EarlyStopping, progress: ProgressReport) -> None:
        super().__init__()
        self._rule = rule
        self._progress = progress

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Look at the epochs so far.

        Parameters
        ----------
        epoch : int
            Unused, like ``logs``: the epochs of ``progress`` count.
        logs : dict, optional
            Keras's figures.
        """
        if patience_is_over(self._progress.history, self._rule):
            self.model.stop_training = True


def patience_is_over(history: Sequence[EpochMetrics], rule: EarlyStopping) -> bool:
    """Whether the watched loss of the last ``rule.patience`` epochs was no lower than the best before them.

    Parameters
    ----------
    history : sequence of EpochMetrics
        The finished epochs, oldest first.
    rule : EarlyStopping
        Which loss, and how many epochs of patience.
    """
    if not history:
        return False
    losses = [line.val_loss if rule.monitor == "val_loss" else line.loss for line in history]
    losses = [loss if math.isfinite(loss) else math.inf for loss in losses]
    return len(losses) - 1 - losses.index(min(losses)) >= rule.patience
