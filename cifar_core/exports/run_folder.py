"""Copying a finished run to hand it on: to a class, or into ``trained/``."""

import shutil
from pathlib import Path

from cifar_core.errors import RunError
from cifar_core.evaluation.epoch_predictions import epoch_files
from cifar_core.evaluation.predictions import MOST_FILE_BYTES
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import line_of, read_metrics
from cifar_core.runs.run import Run
from cifar_core.system.files import MOST_DOCUMENT_BYTES, copy_file
from cifar_core.system.refusals import refused

MODEL_BYTES = 12 * 1024 * 1024
"""Larger weights stay behind by default: figures and predictions need none."""


def export_run(
    run: Run,
    target: Path,
    *,
    model_bytes: int = MODEL_BYTES,
    model: Path | None = None,
) -> Path:
    """Copy what others need of a finished run: record, epochs with their predictions, and weights of moderate size.

    Left behind are the worker's log, its heartbeat, and the ticks between epochs.

    Parameters
    ----------
    run : Run
        A finished run.
    target : Path
        Folder of runs to copy it into; made if missing.
    model_bytes : int
        Largest ``model.keras`` to copy.
    model : Path, optional
        Weights to copy in place of the run's own, such as :func:`cifar_core.exports.compact.write_compact` writes.

    Returns
    -------
    Path
        The new run folder, ``target / run.id``.

    Raises
    ------
    RunError
        The run has not finished, or the target already holds it or cannot be written.
    """
    if run.status != "finished":
        raise RunError(f"The run “{run.id}” is {run.status}: only a finished run can be exported.")
    copy, model = RunPaths(target / run.id), model or run.paths.model
    try:
        copy.folder.mkdir(parents=True)
        if run.has_predictions or not (run.record and run.record.imported):
            copy_file(run.paths.predictions, copy.predictions, MOST_FILE_BYTES)
        if run.has_model and model.stat().st_size <= model_bytes:
            copy_file(model, copy.model, model_bytes)
        _copy_epochs(run.paths.epochs, copy.epochs)
        # An imported model has no epochs, an imported curve no predictions.
        if run.paths.metrics.exists() or not (run.record and run.record.imported):
            metrics = read_metrics(run.paths.metrics)
            if metrics.problem:
                raise RunError(f"The run “{run.id}” cannot be exported: {metrics.problem}")
            copy.metrics.write_bytes(b"".join(line_of(epoch) for epoch in metrics.epochs))
        # Last, so that a copy broken off is no run.
        copy_file(run.paths.record, copy.record, MOST_DOCUMENT_BYTES)
    except RunError:
        shutil.rmtree(copy.folder, ignore_errors=True)
        raise
    except FileExistsError:
        raise RunError(f"{copy.folder} is there already. Delete it, or choose another folder.") from None
    except OSError as error:
        shutil.rmtree(copy.folder, ignore_errors=True)
        raise RunError(
            f"The run could not be copied to {target} {refused(error, 'choose another folder')}"
        ) from None
    return copy.folder


def _copy_epochs(source: Path, target: Path) -> None:
    files = epoch_files(source)
    if files:
        target.mkdir()
    for path in files:
        copy_file(path, target / path.name, MOST_FILE_BYTES)
