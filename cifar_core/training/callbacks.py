"""Observers of ``keras.Model.fit``: what they see goes into the run folder, the loop knows nothing of them."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from cifar_core.errors import RunError
from cifar_core.runs.heartbeat import HeartbeatWriter
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, Tick, append_metrics
from cifar_core.training.engine import save_network

STOP_CHECK_SECONDS = 0.2
TICK_SECONDS = 1.0
TICKS_PER_EPOCH = 20


class StopRequested(Exception):
    """Somebody asked for the run to stop."""


class StopWatch(keras.callbacks.Callback):  # type: ignore[misc]
    """Ends ``fit`` and ``predict`` in the middle of an epoch once the stop file is there."""

    def __init__(self, stop_file: Path) -> None:
        super().__init__()
        self._stop_file = stop_file
        self._checked = 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look for the stop file, a few times a second."""
        now = time.monotonic()
        if now - self._checked >= STOP_CHECK_SECONDS:
            self._checked = now
            if self._stop_file.exists():
                raise StopRequested

    on_test_batch_end = on_train_batch_end
    on_predict_batch_end = on_train_batch_end


class BestWeights(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps ``model.keras`` at the weights with the lowest validation loss."""

    def __init__(self, network: Any, path: Path) -> None:
        super().__init__()
        self._network = network
        self._path = path
        self._loss = math.inf
        self.epoch = 0
        self.weights: list[Any] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Save where the validation loss is the lowest so far."""
        if not math.isfinite(logs["loss"]) or not math.isfinite(logs["val_loss"]):
            raise RunError(
                f"The loss became {logs['val_loss']} in epoch {epoch + 1}: training diverged. "
                "Start again with a smaller learning rate."
            )
        if logs["val_loss"] < self._loss:
            self._loss = logs["val_loss"]
            self.epoch = epoch + 1
            self.weights = self._network.get_weights()
            save_network(self._network, self._path)


class ProgressReport(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes metrics lines and tells the heartbeat how far training is."""

    def __init__(
        self,
        paths: RunPaths,
        heartbeat: HeartbeatWriter,
        *,
        epochs: int,
        steps: int,
        pictures: int,
        report: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._paths = paths
        self._heartbeat = heartbeat
        self._epochs = epochs
        self._steps = steps
        self._pictures = pictures
        self._report = report
        self._epoch = 0
        self._epoch_started = self._ticked = self._steps_ended = 0.0
        self._ticked_step = 0
        self.history: list[EpochMetrics] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the time."""
        self._epoch = epoch + 1
        self._epoch_started = self._ticked = time.monotonic()
        self._ticked_step = 0

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        """Write a tick now and then."""
        now = self._steps_ended = time.monotonic()
        step = batch + 1
        due = now - self._ticked >= TICK_SECONDS and step - self._ticked_step >= self._steps / TICKS_PER_EPOCH
        if not due and step > 1:
            return
        self._ticked, self._ticked_step = now, step
        elapsed = now - self._epoch_started
        if step > 1:
            speed = step / self._steps * self._pictures / elapsed
            tick = Tick(self._epoch, step, self._steps, logs["loss"], logs["accuracy"], speed)
            append_metrics(self._paths.metrics, tick)
        self._heartbeat.progress(
            stage="training", epoch=self._epoch, epochs=self._epochs, step=step, steps=self._steps,
            seconds_left=self._seconds_left(elapsed, step),
        )  # fmt: skip

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Write the epoch's line."""
        seconds = time.monotonic() - self._epoch_started
        line = EpochMetrics(
            epoch=epoch + 1,
            loss=logs["loss"],
            accuracy=logs["accuracy"],
            val_loss=logs["val_loss"],
            val_accuracy=logs["val_accuracy"],
            learning_rate=float(self.model.optimizer.learning_rate),
            images_per_second=self._pictures / (self._steps_ended - self._epoch_started),
            seconds=seconds,
        )
        append_metrics(self._paths.metrics, line)
        self.history.append(line)
        self._report(
            f"epoch {line.epoch}/{self._epochs}: loss {line.loss:.4f}, accuracy {line.accuracy:.4f}, "
            f"validation loss {line.val_loss:.4f}, validation accuracy {line.val_accuracy:.4f}, "
            f"{line.images_per_second:.0f} images/s, {seconds:.1f} s"
        )

    def _seconds_left(self, elapsed: float, step: int) -> float | None:
        # The first step of a run includes the compilation of the graph: too early for an estimate.
        if self.history:
            typical = sorted(line.seconds for line in self.history)[len(self.history) // 2]
            return typical * (self._epochs - self._epoch) + max(0.0, typical - elapsed)
        if step < self._steps / TICKS_PER_EPOCH or step < 3:
            return None
        return elapsed / step * (self._steps * (self._epochs - self._epoch + 1) - step)
