"""One training run, top to bottom: open the data, build, train, test once, write it all down.

The test split is read in one place, after the last weight has changed: :mod:`cifar_core.training.final_test`.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from cifar_core.lean_keras import import_keras
from cifar_core.runs.heartbeat import HeartbeatWriter
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.locks import changing
from cifar_core.runs.metrics import Metrics
from cifar_core.runs.outcome import results_so_far
from cifar_core.runs.record import RecordedStatus, Results, RunRecord
from cifar_core.settings import Settings
from cifar_core.system.files import remove, remove_folder
from cifar_core.system.interrupts import interrupted, interrupts_wait
from cifar_core.training.checkpoint import last_checkpoint
from cifar_core.training.final_test import final_results
from cifar_core.training.provenance import first_log_lines, write_provenance
from cifar_core.training.reuse import CompiledStep
from cifar_core.training.split_data import open_and_split
from cifar_core.words.counts import counted


def train(
    paths: RunPaths,
    settings: Settings,
    *,
    report: Callable[[str], None] = print,
    compiled: CompiledStep | None = None,
) -> RunRecord:
    """Train the run whose ``run.json`` lies in a folder, and write all its files.

    Parameters
    ----------
    paths : RunPaths
        Folder with a record of status queued or running.
    settings : Settings
        Where the data is.
    report : callable, optional
        Receives a line of text per epoch.
    compiled : CompiledStep, optional
        Of the runs that this process has trained before; nobody else may hold their networks.

    Returns
    -------
    RunRecord
        The final record, as written: finished, or stopped where somebody asked for it.

    Raises
    ------
    CifarLabError
        The data, the configuration or the training itself does not work; the record is left as running, for
        the caller to mark as failed.
    """
    with closing(HeartbeatWriter(paths.heartbeat)) as heartbeat:
        record = _begin(paths)
        config = record.training

        heartbeat.progress(stage="opening the data", epochs=config.epochs)
        data = open_and_split(config, settings)

        heartbeat.progress(stage="loading Keras")
        import_keras()  # Only now, so that a run whose data is missing fails in a moment.
        if interrupted():  # and whoever imports something optional took it for missing
            raise KeyboardInterrupt
        from cifar_core.training import engine
        from cifar_core.training.callbacks import StopRequested
        from cifar_core.training.fit import choose_observers, fit, keep_weights
        from cifar_core.training.learner import build_learner, restore, set_first_weights

        environment = engine.prepare(config, settings.cache_dir, before=record.environment)
        earlier = last_checkpoint(paths.checkpoint)
        own = environment.operations or ()
        learner = build_learner(
            config, data, first_epoch=earlier.epoch, own=own, compiled=compiled, cache_dir=settings.cache_dir
        )
        if earlier.epoch:
            restore(learner, earlier, paths)
        else:
            heartbeat.progress(stage="preparing the network")
            set_first_weights(learner, config, data)

        environment = engine.with_used_operations(environment, learner.trainer)
        record = write_provenance(record, paths, environment, data, learner.network, earlier)
        for line in first_log_lines(record, environment, data):
            report(line)

        heartbeat.progress(stage="compiling the network", epoch=min(earlier.epoch + 1, config.epochs))
        observers = choose_observers(record, paths, learner, data, earlier, heartbeat, report)
        history = observers.progress.history
        testing = False
        with interrupts_wait():  # Ctrl-C ends a step, not the writing of a file.
            try:
                training_seconds = fit(learner, config, earlier, observers)
                kept_epoch = keep_weights(learner, config, observers, paths)
                testing = True
                heartbeat.progress(stage="testing", seconds_left=observers.progress.forecast.test_seconds)
                results = final_results(
                    learner.trainer, data, paths, history=history, kept_epoch=kept_epoch,
                    training_seconds=training_seconds, six_views=config.test_time_augmentation,
                    observers=observers.of_every_step,
                )  # fmt: skip
            except StopRequested:
                if not history:  # No epoch has left a model.
                    engine.save_network(learner.network, paths.model)
                so_far = results_so_far(Metrics(tuple(history)), config.keep, testing=testing)
                record = _end(record, paths, "stopped", so_far)
                report("stopped on request")
            else:
                record = _end(record, paths, "finished", results)
                if compiled is not None:
                    compiled.keep()
                tested = counted(len(data.dataset.test), "picture")
                report(f"test accuracy {results.test_accuracy:.4f} on {tested}")
                if results.test_balanced_accuracy is not None:
                    report(
                        f"balanced accuracy {results.test_balanced_accuracy:.4f}: every class counts the same"
                    )
        return record


def _begin(paths: RunPaths) -> RunRecord:
    """Mark a run as running."""
    with changing(paths.folder.parent):  # The page may just be moving it in the queue.
        record = RunRecord.read(paths.record)
        record = record.model_copy(update={"status": "running", "started": datetime.now(UTC)})
        record.write(paths.record)
    return record


def _end(record: RunRecord, paths: RunPaths, status: RecordedStatus, results: Results | None) -> RunRecord:
    """Write what came out, and remove what only a run that goes on needs."""
    record = record.model_copy(update={"status": status, "ended": datetime.now(UTC), "results": results})
    record.write(paths.record)
    remove(paths.stop)
    if status == "finished":
        remove_folder(paths.checkpoint)
    return record
