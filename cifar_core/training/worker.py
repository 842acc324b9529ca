"""The process of one run: ``python -m cifar_core.training.worker RUN_FOLDER``.

What it prints is the run's log. Exit status 0 where the run finished or was stopped, 1 where it failed; the
record says which, and why.
"""

import contextlib
import os
import sys
import traceback
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cifar_core.errors import CifarLabError, RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.locks import CLAIM_VARIABLE, claim
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.outcome import DISK_FULL, EXIT_DISK_FULL, is_disk_full, results_so_far
from cifar_core.runs.record import RunRecord
from cifar_core.settings import Settings
from cifar_core.system import this_system
from cifar_core.system.files import open_to_append
from cifar_core.system.interrupts import interrupted
from cifar_core.system.refusals import remedy
from cifar_core.system.streams import make_streams_safe, say, say_traceback
from cifar_core.training.reuse import CompiledStep
from cifar_core.training.train import train
from cifar_core.words.sentences import as_sentence


def run_to_the_end(
    paths: RunPaths, settings: Settings, *, keep_log: bool = False, compiled: CompiledStep | None = None
) -> RunRecord:
    """Train a run and mark it as failed, with a sentence, where that does not work.

    Parameters
    ----------
    paths : RunPaths
        Folder with a record of status queued or running.
    settings : Settings
        Where the data is.
    keep_log : bool
        Whether to write into ``worker.log`` what is printed: for a run in the foreground, whose output is no file.
    compiled : CompiledStep, optional
        Of the runs that this process has trained before; nobody else may hold their networks.

    Returns
    -------
    RunRecord
        The final record: finished, stopped or failed.

    Raises
    ------
    RunError
        Another process trains the run, or it has been deleted: there is no record to write to.
    """
    log = paths.log if keep_log else None
    report = partial(_print_now, log=log)
    claimed = claim(paths, wait_seconds=float(os.environ.get(CLAIM_VARIABLE) or 0))
    try:
        return train(paths, settings, report=report, compiled=compiled)
    except (Exception, KeyboardInterrupt) as error:
        stopped = isinstance(error, KeyboardInterrupt) or interrupted()
        if not stopped and not isinstance(error, CifarLabError):
            say_traceback()
            _append(log, traceback.format_exc())
        if not paths.folder.is_dir():
            raise RunError(f"The run “{paths.folder.name}” was deleted while it was being trained.") from None
        record = RunRecord.read(paths.record)
        record = record.model_copy(
            update={
                "status": "stopped" if stopped else "failed",
                "ended": datetime.now(UTC),
                "error": None
                if stopped
                else explain_failure(error, record.training, logged=paths.log.is_file()),
                "results": results_so_far(read_metrics(paths.metrics)) if stopped else None,
            }
        )
        record.write(paths.record)
        if record.error:
            report(record.error)
        return record
    finally:
        claimed.release()


def explain_failure(error: BaseException, config: TrainingConfig, *, logged: bool) -> str:
    """Turn whatever ended a training into a sentence for the page.

    Parameters
    ----------
    error : BaseException
        What was raised.
    config : TrainingConfig
        What was trained.
    logged : bool
        Whether the run has a log, in which the details stand.
    """
    if isinstance(error, CifarLabError):
        return str(error)
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return f"Memory ran out at batch size {config.batch_size}. Start a new run with a smaller batch."
    if is_disk_full(error):
        return DISK_FULL
    if isinstance(error, OSError) and (helps := remedy(error)):
        where = f": {error.filename}" if error.filename else ""
        return (
            f"Training broke off ({error.strerror or error}{where}). {helps}, then resume the run: all finished epochs "
            "are kept."
        )
    details = " The log has the details." if logged else ""
    return f"Training broke off: {type(error).__name__}: {as_sentence(error)}{details}"


def _print_now(line: str, log: Path | None = None) -> None:
    words = f"{datetime.now():%H:%M:%S} {line}"
    say(words)
    _append(log, f"{words}\n")


def _append(log: Path | None, text: str) -> None:
    if log is not None:
        with contextlib.suppress(OSError), open_to_append(log) as file:  # such as a full disk
            file.write(text.encode())


def train_folder(folder: Path, compiled: CompiledStep | None = None) -> int:
    """Train the run of a folder; return the exit status of a process that does nothing else.

    Parameters
    ----------
    folder : Path
        Of the run.
    compiled : CompiledStep, optional
        Of the runs that this process has trained before.
    """
    try:
        record = run_to_the_end(RunPaths(folder), Settings.from_environment(), compiled=compiled)
    except RunError as problem:
        _print_now(str(problem))
        return 1
    except OSError as error:
        if is_disk_full(error):
            return EXIT_DISK_FULL  # Whoever started this process says so in the record once there is room.
        raise
    return 1 if record.status == "failed" else 0


def main() -> int:
    """Run the folder named on the command line."""
    make_streams_safe()
    this_system().yield_to_others()  # A class that looks at pages beside it is not to wait for an epoch.
    return train_folder(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
