"""What can be taken over of a run that another program wrote into MLflow."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from cifar_core.errors import InterchangeError
from cifar_core.names import check_name, visible
from cifar_core.runs.imported import ImportedConfig
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.runs.record import Results, RunRecord
from cifar_core.validation import explain_validation

NAMES: dict[str, tuple[str, ...]] = {
    "loss": ("loss", "train_loss", "training_loss", "train/loss"),
    "accuracy": (
        "accuracy", "acc", "sparse_categorical_accuracy", "categorical_accuracy", "train_accuracy", "train_acc",
        "training_accuracy", "train/accuracy",
    ),
    "val_loss": ("val_loss", "validation_loss", "valid_loss", "val/loss", "validation/loss"),
    "val_accuracy": (
        "val_accuracy", "val_acc", "val_sparse_categorical_accuracy", "val_categorical_accuracy",
        "validation_accuracy", "valid_accuracy", "validation_acc", "val/accuracy", "validation/accuracy",
    ),
    "learning_rate": ("learning_rate", "lr"),
}  # fmt: skip
"""Under which names programs write our figures into MLflow; the first that is there counts."""

_ESSENTIAL = ("loss", "accuracy", "val_loss", "val_accuracy")
_TESTED = ("test_accuracy", "test_acc", "test/accuracy")
_MOST_PARAMETERS = 200
_MOST = 1e300
"""MLflow gives back infinity as the largest number that there is."""


def foreign_run(
    mlflow_run: Any, histories: Mapping[str, Sequence[Any]], *, run_id: str, source: str, data: str
) -> tuple[RunRecord, tuple[EpochMetrics, ...]]:
    """Make a record and epochs of what MLflow knows.

    Parameters
    ----------
    mlflow_run : mlflow.entities.Run
        Its name, state, times and parameters.
    histories : mapping of str to sequence of mlflow.entities.Metric
        Each metric by name, with ``step``, ``timestamp`` in milliseconds and ``value``.
    run_id : str
        What it shall be called here.
    source : str
        Where it came from.
    data : str
        Data set it was trained on, as far as that is known.

    Raises
    ------
    InterchangeError
        It has not finished, or has not written the four figures of each epoch.
    """
    info = mlflow_run.info
    if info.status != "FINISHED":
        raise InterchangeError(
            f"The run {info.run_id} in MLflow is {info.status.lower()}, and only finished ones are taken over."
        )
    found = {
        field: next((name for name in names if histories.get(name)), None) for field, names in NAMES.items()
    }
    missing = [field for field in _ESSENTIAL if found[field] is None]
    if missing:
        wanted = ", ".join(f"{field} (or {', '.join(NAMES[field][1:3])})" for field in missing)
        there = ", ".join(sorted(histories)[:12]) or "none"
        raise InterchangeError(
            f"The run {info.run_id} in MLflow lacks what a run is drawn from: {wanted} for each epoch. "
            f"Its metrics are: {visible(there, 300)}."
        )
    epochs = _epochs({field: histories[name] for field, name in found.items() if name}, info.start_time)
    tested = next(
        (mlflow_run.data.metrics[name] for name in _TESTED if name in mlflow_run.data.metrics), None
    )
    last = next((line for line in reversed(epochs) if math.isfinite(line.val_loss + line.val_accuracy)), None)
    if last is None:
        raise InterchangeError(
            f"The run {info.run_id} in MLflow has no epoch whose validation figures are numbers: its training "
            "diverged. Take over another one."
        )
    of_last = "the last epoch" if last is epochs[-1] else f"epoch {last.epoch}, the last one that has numbers"
    note = f"Figures of {of_last}."
    if tested is not None:
        note += f" The other program also noted a test accuracy of {tested:g}."
    started, ended = (
        None if moment is None else datetime.fromtimestamp(moment / 1000, UTC)
        for moment in (info.start_time, info.end_time)
    )
    parameters = sorted(mlflow_run.data.params.items())[:_MOST_PARAMETERS]
    try:
        record = RunRecord(
            id=run_id,
            config=ImportedConfig(
                name=_name(info.run_name or info.run_id),
                data=data,
                origin="mlflow",
                source=source,
                hyperparameters={visible(name, 100): visible(value, 500) for name, value in parameters},
            ),
            status="finished",
            created=datetime.now(UTC),
            started=started,
            ended=ended,
            results=Results(
                epochs=len(epochs),
                validation_accuracy=last.val_accuracy,
                validation_loss=last.val_loss,
                training_seconds=sum(line.seconds for line in epochs),
                note=note,
            ),
        )
    except ValidationError as error:
        raise InterchangeError(explain_validation(error, f"The run {info.run_id} in MLflow")) from None
    return record, epochs


def _epochs(histories: Mapping[str, Sequence[Any]], start: int | None) -> tuple[EpochMetrics, ...]:
    """Make an epoch of each validation; of what was noted more often, such as a loss per batch, the last one."""
    moments = sorted(histories["val_loss"], key=lambda one: (one.step, one.timestamp))
    shares = {
        field: 0.01 if any(1 < one.value < _MOST for one in histories[field]) else 1.0
        for field in ("accuracy", "val_accuracy")
    }
    epochs = []
    before = moments[0].timestamp if start is None else start
    for number, moment in enumerate(moments, 1):
        values = {field: _value_at(history, moment.step) for field, history in histories.items()}
        if any(values[field] is None for field in _ESSENTIAL):
            continue
        epochs.append(
            EpochMetrics(
                epoch=number,
                loss=values["loss"],
                accuracy=values["accuracy"] * shares["accuracy"],
                val_loss=values["val_loss"],
                val_accuracy=values["val_accuracy"] * shares["val_accuracy"],
                learning_rate=values.get("learning_rate"),
                images_per_second=None,
                seconds=max(0.0, (moment.timestamp - before) / 1000),
            )
        )
        before = moment.timestamp
    if not epochs:
        raise InterchangeError("The run in MLflow has no epoch with training and validation figures.")
    return tuple(epochs)


def _value_at(history: Sequence[Any], step: int) -> Any:
    earlier = [one for one in history if one.step <= step]
    if not earlier:
        return None
    value = max(earlier, key=lambda one: (one.step, one.timestamp)).value
    return value if abs(value) < _MOST else math.nan


def _name(name: str) -> str:
    try:
        return check_name(visible(name, 80))
    except ValueError:
        return "a run of MLflow"
