"""From the first step of a training to the weights that are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cifar_core.exports.tensorboard import event_writers
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import HeartbeatWriter
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import RunRecord
from cifar_core.training import callbacks, engine
from cifar_core.training.checkpoint import Checkpoint
from cifar_core.training.epoch_predictions import EpochPredictions
from cifar_core.training.feeding import feeding
from cifar_core.training.final_test import PREDICTION_BATCH
from cifar_core.training.forecast import Forecast
from cifar_core.training.fresh_statistics import FreshStatistics, statistics_grow_stale
from cifar_core.training.learner import Learner
from cifar_core.training.progress import ProgressReport
from cifar_core.training.split_data import SplitData


@dataclass(frozen=True)
class Observers:
    """Who watches a training, in the order in which Keras calls them; some are asked afterwards what they saw.

    Attributes
    ----------
    all : tuple of keras.callbacks.Callback
        Those that follow, and others.
    of_every_step : tuple of keras.callbacks.Callback
        Those of testing too: they end it where somebody asks for it, and tell that it goes on.
    progress : ProgressReport
        Knows the finished epochs.
    best : BestWeights
        Knows the weights with the lowest validation loss.
    checkpoints : Checkpoints
        Knows how long training has taken.
    """

    all: tuple[Any, ...]
    of_every_step: tuple[Any, ...]
    progress: ProgressReport
    best: callbacks.BestWeights
    checkpoints: callbacks.Checkpoints


def _forecast(record: RunRecord, learner: Learner) -> Forecast:
    config, data = record.training, record.data
    views = 6 if config.test_time_augmentation else 1
    validated = len(learner.held_out[0])
    return Forecast(
        epochs=config.epochs,
        steps=len(learner.batches),
        pictures=len(learner.batches.images),
        validation_pictures=validated,
        test_pictures=views * data.test_pictures + validated if data else 0,  # both are in predictions.npz
    )


def choose_observers(
    record: RunRecord,
    paths: RunPaths,
    learner: Learner,
    data: SplitData,
    earlier: Checkpoint,
    heartbeat: HeartbeatWriter,
    report: Callable[[str], None],
) -> Observers:
    """Choose who watches a training. The clock of its training time starts here.

    Parameters
    ----------
    record : RunRecord
        What was asked for.
    paths : RunPaths
        Folder in which they write.
    learner : Learner
        What is trained.
    data : SplitData
        What it is validated with.
    earlier : Checkpoint
        What training goes on from.
    heartbeat : HeartbeatWriter
        Is told how far training is.
    report : callable
        Receives a line of text per epoch.
    """
    config, network = record.training, learner.network
    best = callbacks.BestWeights(network, paths.model, earlier)
    progress = ProgressReport(
        paths, heartbeat, forecast=_forecast(record, learner), report=report, history=earlier.history,
        steps_per_call=getattr(learner.steps, "steps_per_item", 1),
    )  # fmt: skip
    of_every_step = (callbacks.StopWatch(paths.stop), callbacks.StepSigns(heartbeat))
    checkpoints = callbacks.Checkpoints(network, paths.checkpoint, progress, best, earlier.seconds)
    # What was validated is weighed before the moving average leaves its place.
    watching = [*of_every_step, progress, callbacks.AveragedValidation()]
    if statistics_grow_stale(network, config.optimizer):
        watching.append(FreshStatistics(network, learner.batches))
    watching.append(best)
    if config.epoch_predictions:
        watching.append(EpochPredictions(paths.epochs, data, earlier.epoch))
    watching.append(checkpoints)
    watching += event_writers(paths, record, progress.history)
    if config.early_stopping:
        watching.append(callbacks.EarlyStop(config.early_stopping, progress))
    return Observers(tuple(watching), of_every_step, progress, best, checkpoints)


def fit(learner: Learner, config: TrainingConfig, earlier: Checkpoint, observers: Observers) -> float:
    """Train to the last epoch that the recipe asks for, or until an observer ends it.

    Parameters
    ----------
    learner : Learner
        Its weights change.
    config : TrainingConfig
        Epochs, early stopping.
    earlier : Checkpoint
        What training goes on from.
    observers : Observers
        Who watches.

    Returns
    -------
    float
        Seconds of training, those of earlier attempts included.

    Raises
    ------
    StopRequested
        Somebody asked for the run to stop.
    RunError
        Training diverged, or the run was deleted.
    """
    rule = config.early_stopping
    # A run that was interrupted while it was tested has nothing left to train.
    if not (rule and callbacks.patience_is_over(earlier.history, rule)):
        learner.trainer.fit(
            feeding(learner.steps),
            epochs=config.epochs,
            initial_epoch=earlier.epoch,
            # The batches shuffle themselves, by seed and epoch; Keras would do so by a state that is not kept.
            shuffle=False,
            validation_data=feeding(*learner.held_out, batch_size=PREDICTION_BATCH),
            callbacks=list(observers.all),
            verbose=0,
        )
    return observers.checkpoints.seconds


def keep_weights(learner: Learner, config: TrainingConfig, observers: Observers, paths: RunPaths) -> int:
    """Put the weights that the recipe keeps into the network and into ``model.keras``.

    Parameters
    ----------
    learner : Learner
        Trained.
    config : TrainingConfig
        Says which are kept: the best epoch's or the last one's.
    observers : Observers
        Of its training.
    paths : RunPaths
        The run's folder.

    Returns
    -------
    int
        The epoch whose weights they are, counted from 1.
    """
    if config.keep == "best":
        learner.network.set_weights(observers.best.weights)  # as model.keras holds them already
        return observers.best.epoch
    engine.keep_averaged(learner.trainer)
    engine.save_network(learner.network, paths.model)
    return len(observers.progress.history)
