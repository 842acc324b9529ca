"""One training run, top to bottom: open the data, build, train, test once, write it all down.

The test split is read in one place, after the last weight has changed: :mod:`cifar_core.training.final_test`.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from cifar_core.data.catalog import open_dataset
from cifar_core.data.splits import training_subset, validation_split
from cifar_core.errors import CifarLabError
from cifar_core.exports.tensorboard import event_writers
from cifar_core.lean_keras import import_keras
from cifar_core.models.registry import model_of
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import HeartbeatWriter
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.locks import changing
from cifar_core.runs.metrics import Metrics, restore_metrics
from cifar_core.runs.outcome import DISK_FULL, is_disk_full, results_so_far
from cifar_core.runs.record import Attempt, DataProvenance, RecordedStatus, Results, RunRecord
from cifar_core.settings import Settings
from cifar_core.training.checkpoint import last_checkpoint
from cifar_core.training.final_test import PREDICTION_BATCH, final_results

PREPARATION_PICTURES = 5000
"""What a network may look at before it is trained: enough for statistics of patches."""


def train(paths: RunPaths, settings: Settings, *, report: Callable[[str], None] = print) -> RunRecord:
    """Train the run whose ``run.json`` lies in a folder, and write all its files.

    Parameters
    ----------
    paths : RunPaths
        Folder with a record of status queued or running.
    settings : Settings
        Where the data is.
    report : callable, optional
        Receives a line of text per epoch.

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
    heartbeat = HeartbeatWriter(paths.heartbeat)
    try:
        with changing(paths.folder.parent):  # The page may just be moving it in the queue.
            record = RunRecord.read(paths.record)
            record = record.model_copy(update={"status": "running", "started": datetime.now(UTC)})
            record.write(paths.record)
        return _train(record, paths, settings, heartbeat, report)
    finally:
        heartbeat.close()


def _train(
    record: RunRecord,
    paths: RunPaths,
    settings: Settings,
    heartbeat: HeartbeatWriter,
    report: Callable[[str], None],
) -> RunRecord:
    config = record.training

    heartbeat.progress(stage="opening the data", epochs=config.epochs)
    dataset = open_dataset(config.data, settings)
    training, validation = validation_split(
        dataset.train.labels, fraction=config.validation_fraction, seed=config.seed
    )
    training = training_subset(training, dataset.train.labels, share=config.training_share, seed=config.seed)

    heartbeat.progress(stage="loading Keras")
    # Imported here, so that a run with bad settings or missing data fails in a moment.
    import_keras()
    from cifar_core.training import callbacks, engine
    from cifar_core.training.batches import TrainingBatches, one_hot
    from cifar_core.training.fresh_statistics import FreshStatistics, statistics_grow_stale

    environment = engine.prepare(config)
    spec = model_of(config)
    network = spec.build(len(dataset.class_names))
    earlier = last_checkpoint(paths.checkpoint)
    batches = TrainingBatches(
        dataset.train.images, dataset.train.labels, len(dataset.class_names), training,
        batch_size=config.batch_size, augmentation=config.augmentation, label_smoothing=config.label_smoothing,
        seed=config.seed, first_epoch=earlier.epoch,
    )  # fmt: skip
    trainer, steps = engine.make_trainer(network, config, batches)
    if earlier.epoch:
        engine.restore_training(network, trainer, earlier, paths.model)
        restore_metrics(paths.metrics, earlier.history)
    else:
        heartbeat.progress(stage="preparing the network")
        if spec.prepare:
            spec.prepare(network, dataset.train.images[training[:PREPARATION_PICTURES]])
        if config.initial_weights == "imagenet" and spec.load_pretrained:
            spec.load_pretrained(network)
    held_out = (
        dataset.train.images[validation].astype(np.float32),
        one_hot(dataset.train.labels[validation], len(dataset.class_names)),
    )

    record = record.model_copy(
        update={
            "parameters": network.count_params(),
            "environment": environment,
            "data": DataProvenance.of(dataset, training=len(training), validation=len(validation)),
            "attempts": _continued(record.attempts, earlier.epoch),
        }
    )
    record.write(paths.record)
    report(
        f"{config.model} with {network.count_params():,} parameters on {dataset.name} "
        f"({len(training):,} training, {len(validation):,} validation pictures), "
        f"{environment.hardware}, {environment.precision}"
    )

    if record.attempts:
        report(
            f"resumed after epoch {earlier.epoch}" if earlier.epoch else "no checkpoint: from the beginning"
        )

    heartbeat.progress(stage="compiling the network", epoch=min(earlier.epoch + 1, config.epochs))
    best = callbacks.BestWeights(network, paths.model, earlier)
    progress = callbacks.ProgressReport(
        paths, heartbeat, epochs=config.epochs, steps=len(batches), pictures=len(training), report=report,
        history=earlier.history, steps_per_call=getattr(steps, "steps_per_item", 1),
    )  # fmt: skip
    stop = callbacks.StopWatch(paths.stop)
    checkpoints = callbacks.Checkpoints(network, paths.checkpoint, progress, best, earlier.seconds)
    observers = [stop, callbacks.AveragedValidation()]
    if statistics_grow_stale(network, config.optimizer):
        observers.append(FreshStatistics(network, batches))
    observers += [progress, best, checkpoints]
    observers += event_writers(paths, record, progress.history)
    rule = config.early_stopping
    if rule:
        observers.append(callbacks.EarlyStop(rule, progress))
    results: Results | None
    status: RecordedStatus
    try:
        # A run that was interrupted while it was tested has nothing left to train.
        if not (rule and callbacks.patience_is_over(earlier.history, rule)):
            trainer.fit(
                steps, epochs=config.epochs, initial_epoch=earlier.epoch, verbose=0, callbacks=observers,
                # The batches shuffle themselves, by seed and epoch; Keras would do so by a state that is not kept.
                shuffle=False, validation_data=held_out, validation_batch_size=PREDICTION_BATCH,
            )  # fmt: skip
        training_seconds = checkpoints.seconds

        if config.keep == "best":
            network.set_weights(best.weights)  # as model.keras holds them already
        else:
            engine.keep_averaged(trainer)
            engine.save_network(network, paths.model)

        heartbeat.progress(stage="testing", seconds_left=None)
        kept_epoch = best.epoch if config.keep == "best" else len(progress.history)
        results = final_results(
            trainer, dataset, validation, paths, history=progress.history, kept_epoch=kept_epoch,
            training_seconds=training_seconds, six_views=config.test_time_augmentation, stop=stop,
        )  # fmt: skip
        status = "finished"
    except callbacks.StopRequested:
        if not progress.history:
            engine.save_network(network, paths.model)
        results = results_so_far(Metrics(tuple(progress.history)))
        status = "stopped"

    record = record.model_copy(update={"status": status, "ended": datetime.now(UTC), "results": results})
    record.write(paths.record)
    paths.stop.unlink(missing_ok=True)
    if status == "finished":
        shutil.rmtree(paths.checkpoint, ignore_errors=True)
    if results and results.test_accuracy is not None:
        report(f"test accuracy {results.test_accuracy:.4f} on {len(dataset.test):,} pictures")
    else:
        report("stopped on request")
    return record


def _continued(attempts: tuple[Attempt, ...], epoch: int) -> tuple[Attempt, ...]:
    """Note in the newest earlier attempt how much of it is kept."""
    if not attempts:
        return ()
    return (*attempts[:-1], attempts[-1].model_copy(update={"continued_after": epoch}))


def explain_failure(error: BaseException, config: TrainingConfig) -> str:
    """Turn whatever ended a training into a sentence for the page."""
    if isinstance(error, CifarLabError):
        return str(error)
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return f"Memory ran out at batch size {config.batch_size}. Start a new run with a smaller batch."
    if is_disk_full(error):
        return DISK_FULL
    return f"Training broke off: {type(error).__name__}: {str(error)[:300]}. The log has the details."
