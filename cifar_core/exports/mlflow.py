"""Runs to MLflow, an optional dependency that is imported only where it is used."""

import logging
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cifar_core.errors import InterchangeError
from cifar_core.exports.run_folder import export_run
from cifar_core.exports.tensorboard import flat_config
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.system.files import temporary_folder
from cifar_core.words.sentences import as_sentence

ARTIFACTS = "cifar-lab"
"""Folder of the files of a run among its artifacts."""

EXPERIMENT = "CIFAR Lab"

_BATCH = 1000  # the most metrics that a server takes at once
_MOST_LETTERS = 500  # of a parameter, in older servers
_ANY_SIZE = 1 << 62


def export_to_mlflow(run: Run, uri: str, *, experiment: str = EXPERIMENT) -> str:
    """Write a finished run into an MLflow server or database.

    Its configuration becomes parameters, its epochs metrics with step and time, its files artifacts; these are what
    :func:`cifar_core.imports.mlflow.import_from_mlflow` makes the very same run of.

    Parameters
    ----------
    run : Run
        A finished run.
    uri : str
        ``http://…`` or ``https://…`` of a server, or ``sqlite:///FILE``; the artifacts of such a file lie beside it.
    experiment : str
        Name of the experiment; made if missing.

    Returns
    -------
    str
        The run's id in MLflow.

    Raises
    ------
    InterchangeError
        MLflow is not installed, or refuses.
    RunError
        The run has not finished.
    """
    with mlflow_client(uri) as (client, entities), temporary_folder() as folder:
        copy = export_run(run, Path(folder), model_bytes=_ANY_SIZE)
        record = RunRecord.read(copy / "run.json")
        started = _milliseconds((record.started or record.created).timestamp())
        found = client.get_experiment_by_name(experiment)
        where = found.experiment_id if found else client.create_experiment(experiment, _artifacts_beside(uri))
        made = client.create_run(where, start_time=started, tags=_tags(record), run_name=record.config.name)
        mlflow_id: str = made.info.run_id
        try:
            parameters = [
                entities.Param(name, str(value)[:_MOST_LETTERS])
                for name, value in sorted(flat_config(record).items())
            ]
            client.log_batch(mlflow_id, params=parameters)
            metrics = [
                entities.Metric(name, value, moment, step)
                for name, value, moment, step in _figures(record, read_metrics(copy / "metrics.jsonl").epochs)
            ]
            for first in range(0, len(metrics), _BATCH):
                client.log_batch(mlflow_id, metrics=metrics[first : first + _BATCH])
            client.log_artifacts(mlflow_id, str(copy), ARTIFACTS)
        except BaseException:
            client.set_terminated(mlflow_id, "FAILED")
            raise
        ended = None if record.ended is None else _milliseconds(record.ended.timestamp())
        client.set_terminated(mlflow_id, "FINISHED", ended)
        return mlflow_id


def _tags(record: RunRecord) -> dict[str, str]:
    tags = {"cifar_lab.run": record.id, "cifar_lab.schema_version": str(record.schema_version)}
    if record.owner:
        tags["mlflow.user"] = record.owner
    if record.data is not None:
        tags |= {"cifar_lab.data": record.data.name, "cifar_lab.fingerprint": record.data.fingerprint}
    if record.environment is not None:
        tags |= {
            "cifar_lab.hardware": record.environment.hardware,
            "cifar_lab.precision": record.environment.precision,
            **({"mlflow.source.git.commit": record.environment.commit} if record.environment.commit else {}),
        }
    return tags


def _figures(record: RunRecord, epochs: tuple[EpochMetrics, ...]) -> Iterator[tuple[str, float, int, int]]:
    """Yield name, value, time in milliseconds and step of every figure of a run."""
    moment = (record.started or record.created).timestamp()
    for line in epochs:
        moment += line.seconds
        for name in EpochMetrics.__dataclass_fields__:
            value = getattr(line, name)
            # MLflow would keep infinity as 1.8e308, and draw that.
            if name != "epoch" and value is not None and math.isfinite(value):
                yield name, float(value), _milliseconds(moment), line.epoch
    results = record.results
    if results is None:
        return
    ended = moment if record.ended is None else record.ended.timestamp()
    last = results.best_epoch or len(epochs)
    names = ("validation_accuracy", "validation_loss", "test_accuracy", "test_loss", "training_seconds")
    for name in names:
        value = getattr(results, name)
        if value is not None:
            yield name, float(value), _milliseconds(ended), last
    if record.parameters is not None:
        yield "parameters", float(record.parameters), _milliseconds(ended), last


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _artifacts_beside(uri: str) -> str | None:
    """Return where artifacts go for a database in a file: beside it, not in whatever folder one happens to be in."""
    if not uri.startswith("sqlite:///"):
        return None
    database = Path(uri.removeprefix("sqlite:///")).resolve()
    return (database.parent / f"{database.stem}-artifacts").as_uri()


def without_password(uri: str) -> str:
    """Return an address as it may be shown: without name, password and query."""
    return re.sub(r"//[^/]*@", "//", uri).partition("?")[0]


@contextmanager
def mlflow_client(uri: str) -> Iterator[tuple[Any, Any]]:
    """Open MLflow's client, and turn what it raises into one sentence."""
    # Without these MLflow would ask a server that is down for minutes, report its use to its makers, print addresses
    # between what we print, and draw progress bars.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    try:
        from mlflow import entities
        from mlflow.exceptions import MlflowException
        from mlflow.tracking import MlflowClient
    except ImportError:
        raise InterchangeError(
            "MLflow is not installed. Run “pip install -r requirements-interchange.txt”, then try again."
        ) from None
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    shown = without_password(uri)
    try:
        yield MlflowClient(tracking_uri=uri), entities
    except ImportError as error:
        raise InterchangeError(
            f"MLflow needs another library for {shown} ({error.name}). Run “pip install -r "
            "requirements-interchange.txt”, then try again."
        ) from None
    except MlflowException as error:
        if "maintenance mode" in str(error):
            raise InterchangeError(
                f"MLflow no longer writes plain folders such as {shown}. Give the address of a server (http://…) or "
                "a database in a file (sqlite:///runs.db)."
            ) from None
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InterchangeError(
            f"MLflow at {shown} refuses: {as_sentence(reason.replace(uri, shown))}"
        ) from None
