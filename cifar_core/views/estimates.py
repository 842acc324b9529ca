"""How long a run takes here, from what earlier runs took: the only measurements that there are."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.training.config import TrainingConfig

_FORWARD_SHARE = 1 / 3
"""Cost of looking at a validation picture, as a share of a training step's: one pass in place of three."""


@dataclass(frozen=True)
class Measurement:
    """What one finished run tells of the time another will take.

    Attributes
    ----------
    images_per_second : float
        Speed of the training steps.
    seconds_beside_training : float
        What loading, compiling, testing and saving took, however many epochs there were.
    """

    images_per_second: float
    seconds_beside_training: float


def measurements_of(config: TrainingConfig, hardware: str, runs: Iterable[Run]) -> tuple[Measurement, ...]:
    """Return what finished runs of the same model on the same hardware tell.

    Runs of the same batch size come before all others: it changes the speed more than anything else does. A run
    that was resumed tells nothing: its epochs are those of several attempts, its time that of the last.
    """
    same_batch: list[Measurement] = []
    others: list[Measurement] = []
    for run in runs:
        record = run.record
        if record is None or run.status != "finished" or record.imported or record.attempts:
            continue
        trained = record.training
        if trained.model != config.model:
            continue
        if record.environment is None or record.environment.hardware != hardware:
            continue
        like = same_batch if trained.batch_size == config.batch_size else others
        like.extend(_measure(record))
    return tuple(same_batch or others)


def median_speed(measurements: Sequence[Measurement]) -> float:
    """Return the images per second of the training steps."""
    return statistics.median(one.images_per_second for one in measurements)


def expected_seconds(
    measurements: Sequence[Measurement], *, epochs: int, training: int, validation: int
) -> float:
    """Return the seconds that a run takes from its start to its end.

    Parameters
    ----------
    measurements : sequence of Measurement
        At least one.
    epochs : int
        How many, without early stopping.
    training, validation : int
        Pictures trained on and looked at in each epoch.
    """
    beside = statistics.median(one.seconds_beside_training for one in measurements)
    return beside + _training_seconds(epochs, training, validation, median_speed(measurements))


def _measure(record: RunRecord) -> Iterator[Measurement]:
    results, data = record.results, record.data
    if results is None or data is None or record.started is None or record.ended is None:
        return
    epochs, speed, pictures = results.epochs, results.images_per_second, data.training_pictures
    if epochs is None or speed is None or pictures is None:
        return
    training = _training_seconds(epochs, pictures, data.validation_pictures, speed)
    beside = (record.ended - record.started).total_seconds() - training
    yield Measurement(speed, max(0.0, beside))


def _training_seconds(epochs: int, training: int, validation: int, speed: float) -> float:
    return epochs * (training + validation * _FORWARD_SHARE) / speed
