"""What a run notes before its first step: where it is computed, with how many weights, on which pictures."""

import subprocess
from collections.abc import Iterator
from typing import Any

from cifar_core.data.trainable import check_trainable
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import Attempt, DataProvenance, Environment, RunRecord
from cifar_core.settings import PROJECT_ROOT
from cifar_core.training.checkpoint import Checkpoint
from cifar_core.training.split_data import SplitData
from cifar_core.words.counts import counted


def write_provenance(
    record: RunRecord,
    paths: RunPaths,
    environment: Environment,
    data: SplitData,
    network: Any,
    earlier: Checkpoint,
) -> RunRecord:
    """Write into ``run.json`` what the figures of a run will rest on.

    Parameters
    ----------
    record : RunRecord
        As it was read when the run began.
    paths : RunPaths
        The run's folder.
    environment : Environment
        Device, precision and versions.
    data : SplitData
        Data set, and how many of its pictures are used for what.
    network : keras.Model
        Its parameters are counted.
    earlier : Checkpoint
        What training goes on from.

    Returns
    -------
    RunRecord
        As it was written.
    """
    training, validation = len(data.training), len(data.validation)
    record = record.model_copy(
        update={
            "parameters": network.count_params(),
            "environment": environment,
            "data": DataProvenance.of(data.dataset, training=training, validation=validation),
            "attempts": _continued(record.attempts, earlier.epoch),
        }
    )
    record.write(paths.record)
    return record


def _continued(attempts: tuple[Attempt, ...], epoch: int) -> tuple[Attempt, ...]:
    """Note in the newest earlier attempt how much of it is kept."""
    if not attempts:
        return ()
    return (*attempts[:-1], attempts[-1].model_copy(update={"continued_after": epoch}))


def first_log_lines(record: RunRecord, environment: Environment, data: SplitData) -> Iterator[str]:
    """Say what is about to be trained, where, and what a resumed run goes on from.

    Parameters
    ----------
    record : RunRecord
        As :func:`write_provenance` returned it.
    environment : Environment
        Hardware and precision.
    data : SplitData
        Name and counts of pictures.

    Yields
    ------
    str
        A line of the run's log.
    """
    yield (
        f"{record.training.model} with {counted(record.parameters or 0, 'parameter')} on {data.dataset.name} "
        f"({len(data.training):,} training, {counted(len(data.validation), 'validation picture')}), "
        f"{environment.hardware}, {environment.precision}"
    )
    yield from check_trainable(data.dataset, record.training)
    if record.attempts:
        epoch = record.attempts[-1].continued_after
        yield f"resumed after epoch {epoch}" if epoch else "no checkpoint: from the beginning"


def project_commit() -> str | None:
    """Return the project's git commit, where there is one."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            cwd=PROJECT_ROOT, capture_output=True, encoding="utf-8", errors="replace", timeout=5, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
