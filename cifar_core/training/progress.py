"""How far a training is: a line of metrics for each epoch, ticks in between, and the time that is left."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import keras

from cifar_core.runs.heartbeat import HeartbeatWriter
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, Tick, append_metrics
from cifar_core.training.forecast import Forecast
from cifar_core.training.trainer import weight_penalty
from cifar_core.words.numbers import decimal

TICK_SECONDS = 1.0
TICKS_PER_EPOCH = 20


class ProgressReport(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes metrics lines and tells the heartbeat how far training is.

    Parameters
    ----------
    paths : RunPaths
        ``metrics.jsonl`` is written there.
    heartbeat : HeartbeatWriter
        Is told stage, epoch, step and the time that is left.
    forecast : Forecast
        Knows how many epochs, steps and pictures there are; foresees the time that is left.
    report : callable
        Receives a line of text after each epoch.
    history : sequence of EpochMetrics
        Epochs of earlier attempts.
    steps_per_call : int
        How many steps Keras counts as one batch (:mod:`cifar_core.training.on_device`).

    Attributes
    ----------
    forecast : Forecast
        As given.
    history : list of EpochMetrics
        All finished epochs, those of earlier attempts included.
    """

    def __init__(
        self,
        paths: RunPaths,
        heartbeat: HeartbeatWriter,
        *,
        forecast: Forecast,
        report: Callable[[str], None],
        history: Sequence[EpochMetrics] = (),
        steps_per_call: int = 1,
    ) -> None:
        super().__init__()
        self._steps_per_call = steps_per_call
        self._paths = paths
        self._heartbeat = heartbeat
        self.forecast = forecast
        self._report = report
        self._epoch = 0
        self._epoch_started = self._ticked = self._steps_ended = 0.0
        self._ticked_step = 0
        self._first_is_seen = False
        self._penalty = 0.0
        self.history: list[EpochMetrics] = list(history)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the time.

        Parameters
        ----------
        epoch : int
            Counted from 0.
        logs : dict, optional
            Unused.
        """
        self._epoch = epoch + 1
        self._epoch_started = self._ticked = time.monotonic()
        self._ticked_step = 0
        self.forecast.begin_epoch(self._epoch, self._epoch_started)

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        """Write a tick now and then: at most one a second, and twenty times an epoch, more often in the first one.

        The first step is told at once, for somebody waits for it. It compiles, so it says nothing of the speed.

        Parameters
        ----------
        batch : int
            Number of the call in its epoch, counted from 0; each is ``steps_per_call`` steps.
        logs : dict of str to float
            Keras's means over the epoch so far; ``loss`` and ``cross_entropy`` (nats), ``accuracy`` (0 to 1) are read.
        """
        now = self._steps_ended = time.monotonic()
        foreseen = self.forecast
        step = min(foreseen.steps, (batch + 1) * self._steps_per_call)
        foreseen.end_step(step, now)
        waited = now - self._ticked
        due = waited >= TICK_SECONDS and (
            step - self._ticked_step >= foreseen.steps / TICKS_PER_EPOCH
            # Until the first epoch is over there is nothing else to see; the longer it takes, the longer the waits.
            or (not self.history and waited >= (now - self._epoch_started) / TICKS_PER_EPOCH)
        )
        if not due and batch > 0:
            return
        self._ticked, self._ticked_step = now, step
        first, self._first_is_seen = not self._first_is_seen, True
        if batch > 0 or first:
            speed = math.nan if first else foreseen.images_per_second
            if speed is None:
                speed = step / foreseen.steps * foreseen.pictures / (now - self._epoch_started)
            tick = Tick(
                self._epoch,
                step,
                foreseen.steps,
                logs["loss"],
                logs["accuracy"],
                speed,
                logs["cross_entropy"],
            )
            append_metrics(self._paths.metrics, tick)
        self._heartbeat.progress(
            stage="training", epoch=self._epoch, epochs=foreseen.epochs, step=step, steps=foreseen.steps,
            seconds_left=foreseen.seconds_left(),
        )  # fmt: skip

    def on_test_begin(self, logs: Any = None) -> None:
        """Say that the epoch's steps are over."""
        self._heartbeat.progress(
            stage="validating", step=self.forecast.steps, seconds_left=self.forecast.seconds_left()
        )

    def on_test_end(self, logs: Any = None) -> None:
        """Weigh the weights that were validated; called before a moving average leaves their place."""
        self._penalty = weight_penalty(self.model)

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Write the epoch's line.

        Parameters
        ----------
        epoch : int
            Counted from 0; in the file from 1.
        logs : dict of str to float
            Keras's figures: ``loss`` and ``cross_entropy`` in nats, ``accuracy`` from 0 to 1, and those of validation.
        """
        seconds = time.monotonic() - self._epoch_started
        trained = self._steps_ended - self._epoch_started
        line = EpochMetrics(
            epoch=epoch + 1,
            loss=logs["loss"],
            accuracy=logs["accuracy"],
            val_loss=logs["val_loss"],
            val_accuracy=logs["val_accuracy"],
            learning_rate=float(self.model.optimizer.learning_rate),
            images_per_second=self.forecast.pictures / trained
            if trained > 0
            else None,  # Windows counts in 1/64 s.
            seconds=seconds,
            cross_entropy=logs["cross_entropy"],
            val_cross_entropy=logs["val_cross_entropy"],
            penalty=self._penalty,
        )
        append_metrics(self._paths.metrics, line)
        self.history.append(line)
        self._report(
            f"epoch {line.epoch}/{self.forecast.epochs}: cross-entropy {line.cross_entropy:.4f}, "
            f"accuracy {line.accuracy:.4f}, validation cross-entropy {line.val_cross_entropy:.4f}, "
            f"validation accuracy {line.val_accuracy:.4f}, {decimal(line.images_per_second or math.nan, 0)} images/s, "
            f"{seconds:.1f} s"
        )
