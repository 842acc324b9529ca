"""Run folders with made-up predictions, for tests that must not train."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.balanced import BalancedAccuracy
from cifar_core.evaluation.predictions import Predictions, save_predictions
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, append_metrics
from cifar_core.runs.record import DataProvenance, Environment, RecordedStatus, Results, RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore


def predictions_of(labels: Sequence[int], said: Sequence[int], classes: int) -> Predictions:
    """Make predictions that say exactly these classes, the earlier pictures more confidently."""
    logits = np.zeros((len(labels), classes), np.float32)
    logits[np.arange(len(labels)), said] = np.linspace(6, 2, len(labels))
    return Predictions(logits, np.asarray(labels, np.int64), np.arange(len(labels)))


def provenance(training: int = 900, validation: int = 300, test: int = 500, **changes: Any) -> DataProvenance:
    """Say of a data set of two classes how many of its pictures a run had."""
    values: dict[str, Any] = {
        "key": "drawn",
        "name": "Drawn sample",
        "source": "built in",
        "verified": False,
        "fingerprint": "f" * 16,
        "class_names": ("a", "b"),
    }
    counts = {"training_pictures": training, "validation_pictures": validation, "test_pictures": test}
    return DataProvenance(**values | counts | changes)


def environment(device: str = "cpu", hardware: str = "a processor, 2 cores") -> Environment:
    """Say where a run was computed; nothing was."""
    return Environment(
        device=device, hardware=hardware, precision="float32", backend="none", versions={}, platform="none"
    )


def change(store: RunStore, run: Run, **values: object) -> Run:
    """Write other values into a run's record."""
    assert run.record is not None
    run.record.model_copy(update=values).write(run.paths.record)
    return store.get(run.id)


def write_run(
    root: Path,
    run_id: str,
    dataset: Dataset,
    *,
    wrong_every: int = 4,
    status: RecordedStatus = "finished",
    name: str = "",
    epochs: int = 3,
    recipe: Recipe | None = None,
) -> RunPaths:
    """Write a run whose every ``wrong_every``-th test picture is taken for the next class.

    Only a finished run has predictions.
    """
    paths = RunPaths(root / run_id)
    paths.folder.mkdir(parents=True)
    classes, labels = len(dataset.class_names), dataset.test.labels
    said = np.where(np.arange(len(labels)) % wrong_every == 0, (labels + 1) % classes, labels)
    tested = predictions_of(labels.tolist(), said.tolist(), classes)
    balanced = BalancedAccuracy.where_needed(tested)
    finished = status == "finished"
    if finished:
        validated = predictions_of(
            dataset.train.labels[:10].tolist(), dataset.train.labels[:10].tolist(), classes
        )
        save_predictions(
            paths.predictions, validation=validated, test=tested, fingerprint=dataset.fingerprint
        )
    RunRecord(
        id=run_id,
        config=TrainingConfig(
            **(recipe or Recipe()).model_dump(), name=name or run_id, model="cnn-2conv", data=dataset.key
        ),
        status=status,
        created=datetime(2026, 11, 20, 9, tzinfo=UTC),
        error="Memory ran out." if status == "failed" else None,
        parameters=167_562,
        data=DataProvenance.of(dataset, training=len(dataset.train) - 10, validation=10),
        environment=environment(hardware="a test"),
        results=Results(
            epochs=epochs,
            best_epoch=epochs,
            validation_accuracy=0.7,
            validation_loss=0.9,
            test_accuracy=tested.accuracy,
            test_balanced_accuracy=balanced.value if balanced else None,
            training_seconds=75.0,
            images_per_second=1000.0,
        )
        if finished
        else None,
    ).write(paths.record)
    for epoch in range(1, epochs + 1):
        append_metrics(
            paths.metrics,
            EpochMetrics(
                epoch, 2 / epoch, 0.5, 2.1 / epoch, 0.4 + epoch / 100, 1e-3, 1000.0, 25.0,
                cross_entropy=1.9 / epoch, val_cross_entropy=2.1 / epoch, penalty=0.0,
            ),
        )  # fmt: skip
    return paths
