"""Imported runs with made-up predictions, for tests that open no model."""

from pathlib import Path

from cifar_core.data.dataset import Dataset
from cifar_core.runs.imported import ImportedConfig, ScalingFinding, ScalingTrial
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import Results, RunRecord
from tests.fake_runs import write_run

FINDING = ScalingFinding(
    chosen="0 to 1",
    pictures=200,
    trials=(ScalingTrial(scaling="0 to 255", accuracy=0.25), ScalingTrial(scaling="0 to 1", accuracy=0.75)),
    warning="“0 to 1” and “-1 to 1” cannot be told apart on these pictures.",
)


def write_imported_run(root: Path, run_id: str, dataset: Dataset, *, name: str = "mine") -> RunPaths:
    """Write what the import of a model file leaves behind."""
    paths = write_run(root, run_id, dataset)
    paths.metrics.unlink()
    trained = RunRecord.read(paths.record)
    assert trained.data is not None
    assert trained.results is not None
    RunRecord(
        id=run_id,
        config=ImportedConfig(
            name=name,
            data=dataset.key,
            origin="file",
            source="mine.keras",
            sha256="0" * 64,
            output="Its final softmax was taken off.",
            scaling=FINDING,
        ),
        status="finished",
        created=trained.created,
        ended=trained.created,
        parameters=1234,
        data=trained.data.model_copy(update={"training_pictures": None}),
        results=Results(
            validation_accuracy=0.75, validation_loss=0.7, test_accuracy=trained.results.test_accuracy
        ),
    ).write(paths.record)
    return paths
