"""Event files, so that ``tensorboard --logdir runs`` shows our runs; TensorFlow is not needed for it."""

import contextlib
import math
import os
import socket
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cifar_core.errors import InterchangeError
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.system.files import open_to_append
from cifar_core.system.refusals import refused

_PREFIX = "events.out.tfevents."

TAGS = {
    "loss": "train/loss",
    "cross_entropy": "train/cross-entropy",
    "penalty": "train/weight penalty",
    "accuracy": "train/accuracy",
    "val_loss": "validation/loss",
    "val_cross_entropy": "validation/cross-entropy",
    "val_accuracy": "validation/accuracy",
    "learning_rate": "speed/learning rate",
    "images_per_second": "speed/images per second",
    "seconds": "speed/seconds per epoch",
}
"""Under which name TensorBoard shows each field of a metrics line."""


def event_writers(paths: RunPaths, record: RunRecord, history: Sequence[EpochMetrics]) -> list[Any]:
    """Return an observer for ``fit`` that writes each epoch for TensorBoard as it ends; none where it is missing.

    Parameters
    ----------
    paths : RunPaths
        The run that is trained.
    record : RunRecord
        Its hyper-parameters are shown too.
    history : sequence of EpochMetrics
        The epochs so far, those before a resume included. It grows while training goes on: another observer,
        called before this one, appends each epoch to it.

    Returns
    -------
    list
        One Keras callback, or nothing.
    """
    try:
        import tensorboard  # noqa: F401
    except ImportError:
        return []
    import keras

    files: list[EventFile] = []

    def begin(logs: Any = None) -> None:
        with contextlib.suppress(OSError):  # Training is worth more than its picture in another tool.
            files.append(write_events(paths.tensorboard, record, history))

    def epoch(number: int, logs: Any = None) -> None:
        for file in files:
            with contextlib.suppress(OSError):
                file.write_epoch(history[-1], time.time())

    return [keras.callbacks.LambdaCallback(on_train_begin=begin, on_epoch_end=epoch)]


def export_events(run: Run, folder: Path) -> Path:
    """Write the event file of a run, in place of an earlier one.

    Parameters
    ----------
    run : Run
        Any run that has finished an epoch.
    folder : Path
        Where to; made if missing. TensorBoard shows the run under the folder's name.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InterchangeError
        TensorBoard is not installed, the run has no epochs, or the folder cannot be written.
    """
    epochs = read_metrics(run.paths.metrics).epochs
    if run.record is None or not epochs:
        raise InterchangeError(f"The run “{run.id}” has no epochs that TensorBoard could show.")
    try:
        file = write_events(folder, run.record, epochs)
        file.write_results(run.record)
        return file.path
    except ImportError:
        raise InterchangeError(
            "TensorBoard is not installed. Run “pip install -r requirements-interchange.txt”, then try again."
        ) from None
    except OSError as error:
        helps = refused(error, "choose another folder")
        raise InterchangeError(f"The event file cannot be written to {folder} {helps}") from None


def write_events(folder: Path, record: RunRecord, history: Iterable[EpochMetrics]) -> "EventFile":
    """Begin the event file of a run anew: what lay there goes, so that a resumed run has no epoch twice.

    Parameters
    ----------
    folder : Path
        Made if missing.
    record : RunRecord
        Hyper-parameters, and when it was started.
    history : iterable of EpochMetrics
        The epochs so far.
    """
    folder.mkdir(parents=True, exist_ok=True)
    earlier = list(folder.glob(f"{_PREFIX}*"))
    moment = (record.started or record.created).timestamp()
    file = EventFile(folder, moment)
    file.write_hyperparameters(record, moment)
    for line in history:
        moment += line.seconds
        file.write_epoch(line, moment)
    for old in earlier:
        with contextlib.suppress(
            OSError
        ):  # On Windows, while TensorBoard reads it; it is shown beside the new one then.
            old.unlink(missing_ok=True)
    return file


class EventFile:
    """One file of TensorBoard events; open only while it is written to, so a worker may end at any moment.

    Parameters
    ----------
    folder : Path
        Must exist.
    moment : float
        When the run began, seconds since 1970.
    """

    def __init__(self, folder: Path, moment: float) -> None:
        # TensorBoard takes the files of a folder in the order of their names: time first, as its own writer does.
        number = time.time_ns()
        self.path = (
            folder / f"{_PREFIX}{number // 10**9:010d}.{socket.gethostname()}.{os.getpid()}.{number % 10**9}"
        )
        self._write(moment, file_version="brain.Event:2")

    def write_epoch(self, line: EpochMetrics, moment: float) -> None:
        """Write one epoch; what is not known of it, or is no finite number, has no point.

        Parameters
        ----------
        line : EpochMetrics
            The epoch that has ended; its number is TensorBoard's step.
        moment : float
            When it ended, seconds since 1970.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        values = {tag: getattr(line, field) for field, tag in TAGS.items()}
        self._write_scalars(values, line.epoch, moment)

    def write_results(self, record: RunRecord) -> None:
        """Write the test figures of a finished run."""
        results = record.results
        if results is None or record.ended is None:
            return
        values = {"test/accuracy": results.test_accuracy, "test/cross-entropy": results.test_loss}
        self._write_scalars(values, results.best_epoch or 0, record.ended.timestamp())

    def write_hyperparameters(self, record: RunRecord, moment: float) -> None:
        """Write what the run was asked to do, for the tab HPARAMS.

        Parameters
        ----------
        record : RunRecord
            Its configuration, flattened by :func:`flat_config`.
        moment : float
            When training began, seconds since 1970.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        from tensorboard.compat.proto import summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
        from tensorboard.plugins.hparams import plugin_data_pb2

        start = plugin_data_pb2.SessionStartInfo(group_name=record.id, start_time_secs=moment)
        for name, value in flat_config(record).items():
            if isinstance(value, bool):
                start.hparams[name].bool_value = value
            elif isinstance(value, int | float):
                start.hparams[name].number_value = value
            else:
                start.hparams[name].string_value = str(value)
        data = plugin_data_pb2.HParamsPluginData(version=0, session_start_info=start)
        value = summary_pb2.Summary.Value(
            tag="_hparams_/session_start_info",
            metadata=summary_pb2.SummaryMetadata(
                plugin_data=summary_pb2.SummaryMetadata.PluginData(
                    plugin_name="hparams", content=data.SerializeToString()
                )
            ),
            tensor=tensor_pb2.TensorProto(
                dtype=types_pb2.DT_FLOAT, tensor_shape=tensor_shape_pb2.TensorShapeProto()
            ),
        )
        self._write(moment, summary=summary_pb2.Summary(value=[value]))

    def _write_scalars(self, values: dict[str, float | None], step: int, moment: float) -> None:
        from tensorboard.compat.proto.summary_pb2 import Summary

        known = [
            Summary.Value(tag=tag, simple_value=value)
            for tag, value in values.items()
            if value is not None and math.isfinite(value)
        ]
        self._write(moment, step=step, summary=Summary(value=known))

    def _write(self, moment: float, **content: Any) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.summary.writer.record_writer import RecordWriter

        with open_to_append(self.path) as file:
            RecordWriter(file).write(Event(wall_time=moment, **content).SerializeToString())


def flat_config(record: RunRecord) -> dict[str, str | int | float | bool]:
    """Return what a run was asked to do, a level deep: ``{"augmentation.flip": True, …}``; without what is empty."""
    flat: dict[str, str | int | float | bool] = {}
    waiting = [("", record.config.model_dump(mode="json"))]
    while waiting:
        prefix, values = waiting.pop()
        for name, value in values.items():
            if isinstance(value, dict):
                waiting.append((f"{prefix}{name}.", value))
            elif isinstance(value, str | int | float | bool):
                flat[prefix + name] = value
    return flat
