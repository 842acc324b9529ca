"""Runs out of MLflow: our own come back unchanged, those of other programs with their curves."""

import os
import shutil
from pathlib import Path

from cifar_core.errors import RunError
from cifar_core.exports.mlflow import ARTIFACTS, mlflow_client, without_password
from cifar_core.imports.mlflow_foreign import foreign_run
from cifar_core.names import visible
from cifar_core.runs.layout import RunPaths, check_run_id, new_run_id
from cifar_core.runs.metrics import EpochMetrics, append_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.system.files import remove_folder, replace, temporary_folder
from cifar_core.system.refusals import refused


def import_from_mlflow(uri: str, mlflow_id: str, store: RunStore, *, data: str | None = None) -> Run:
    """Take a run over from MLflow.

    A run that :func:`cifar_core.exports.mlflow.export_to_mlflow` wrote comes back file by file. Of another one the
    curves and parameters are taken; it is marked as imported.

    Parameters
    ----------
    uri : str
        As for :func:`cifar_core.exports.mlflow.export_to_mlflow`.
    mlflow_id : str
        The run's id in MLflow.
    store : RunStore
        Where the run goes.
    data : str, optional
        For another program's run: the data set it was trained on, where that is known.

    Raises
    ------
    InterchangeError
        MLflow is not installed or refuses, there is no such run, or too little is known of it.
    RunError
        That run is here already, what came is damaged, or the user may not have more runs.
    """
    store.check_room(0)
    with mlflow_client(uri) as (client, _):
        mlflow_run = client.get_run(mlflow_id)
        files = {Path(one.path).name for one in client.list_artifacts(mlflow_id, ARTIFACTS)}
        if "run.json" in files:
            with temporary_folder() as folder:
                return _take_ours(Path(client.download_artifacts(mlflow_id, ARTIFACTS, folder)), store)
        histories = {name: client.get_metric_history(mlflow_id, name) for name in mlflow_run.data.metrics}
    source = f"MLflow run {mlflow_id} at {without_password(uri)}"
    run_id = new_run_id("imported")
    record, epochs = foreign_run(
        mlflow_run, histories, run_id=run_id, source=visible(source, 200), data=data or "unknown"
    )
    if store.user is not None:
        record = record.model_copy(update={"owner": store.user.id})
    return _add_foreign(record, epochs, store)


def _take_ours(folder: Path, store: RunStore) -> Run:
    arrived = RunPaths(folder)
    record = RunRecord.read(arrived.record)
    run_id = check_run_id(record.id)
    if record.status != "finished":
        raise RunError(
            f"The run “{run_id}” in MLflow is {record.status}, and only finished ones are taken over."
        )
    if (store.runs_dir / run_id).exists():
        raise RunError(f"The run “{run_id}” is here already. Delete it first to take it over again.")
    paths = RunPaths(store.runs_dir / f".new-{run_id}-{os.getpid()}")
    try:
        paths.folder.mkdir(parents=True)
        for name in ("metrics", "model", "predictions", "record"):
            file: Path = getattr(arrived, name)
            if file.is_file() and not file.is_symlink():
                shutil.copyfile(file, getattr(paths, name))
        if store.user is not None:  # Whoever brings a run has it on their account.
            record.model_copy(update={"owner": store.user.id}).write(paths.record)
        replace(paths.folder, store.runs_dir / run_id)
    except OSError as error:
        helps = refused(error, "choose another folder with CIFAR_LAB_RUNS")
        raise RunError(f"The run cannot be written to {store.runs_dir} {helps}") from None
    finally:
        remove_folder(paths.folder)
    return store.get(run_id)


def _add_foreign(record: RunRecord, epochs: tuple[EpochMetrics, ...], store: RunStore) -> Run:
    paths = RunPaths(store.runs_dir / f".new-{record.id}-{os.getpid()}")
    try:
        paths.folder.mkdir(parents=True)
        for line in epochs:
            append_metrics(paths.metrics, line)
        record.write(paths.record)
        replace(paths.folder, store.runs_dir / record.id)
    except OSError as error:
        helps = refused(error, "choose another folder with CIFAR_LAB_RUNS")
        raise RunError(f"The run cannot be written to {store.runs_dir} {helps}") from None
    finally:
        remove_folder(paths.folder)
    return store.get(record.id)
