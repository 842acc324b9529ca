"""Run folders with made-up predictions, for tests that must not train."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from cifar_core.data.dataset import Dataset
from cifar_core.evaluation.predictions import Predictions, save_predictions
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, append_metrics
from cifar_core.runs.record import DataProvenance, Environment, RecordedStatus, Results, RunRecord


def predictions_of(labels: Sequence[int], said: Sequence[int], classes: int) -> Predictions:
    """Make predictions that say exactly these classes, the earlier pictures more confidently."""
    logits = np.zeros((len(labels), classes), np.float32)
    logits[np.arange(len(labels)), said] = np.linspace(6, 2, len(labels))
    return Predictions(logits, np.asarray(labels, np.int64), np.arange(len(labels)))


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
        data=DataProvenance(
            key=dataset.key,
            name=dataset.name,
            source=dataset.source,
            verified=dataset.verified,
            fingerprint=dataset.fingerprint,
            class_names=dataset.class_names,
            training_pictures=len(dataset.train) - 10,
            validation_pictures=10,
            test_pictures=len(labels),
        ),
        environment=Environment(
            device="cpu", hardware="a test", precision="float32", backend="none", versions={}, platform="none"
        ),
        results=Results(
            epochs=epochs,
            best_epoch=epochs,
            validation_accuracy=0.7,
            validation_loss=0.9,
            test_accuracy=tested.accuracy,
            training_seconds=75.0,
            images_per_second=1000.0,
        )
        if finished
        else None,
    ).write(paths.record)
    for epoch in range(1, epochs + 1):
        append_metrics(
            paths.metrics,
            EpochMetrics(epoch, 2 / epoch, 0.5, 2.1 / epoch, 0.4 + epoch / 100, 1e-3, 1000.0, 25.0),
        )
    return paths
