"""How long a run takes here, from what earlier runs took, or from a short measurement where there were none."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.speed.store import ShortMeasurement

_FORWARD_SHARE = 1 / 3
"""Cost of looking at a validation picture, as a share of a training step's: one pass in place of three."""
_SIX_VIEWS = 6


@dataclass(frozen=True)
class Measurement:
    """What one finished run, or a short measurement, tells of the time a run will take.

    Attributes
    ----------
    images_per_second : float
        Speed of the training steps.
    seconds_beside_training : float
        What loading, compiling, testing and saving take, however many epochs there are.
    moment : datetime
        When it was measured: the program may have become faster since.
    batch_size : int
        With which it was measured.
    validation_share : float
        Cost of looking at a validation picture, as a share of a training step's.
    """

    images_per_second: float
    seconds_beside_training: float
    moment: datetime
    batch_size: int
    validation_share: float = _FORWARD_SHARE


def pictures_per_epoch(config: TrainingConfig, total: int) -> tuple[int, int]:
    """Return how many of the training split's pictures are trained on and validated in an epoch.

    Parameters
    ----------
    config : TrainingConfig
        Its ``validation_fraction`` of all pictures is held out, its ``training_share`` of the others is trained on.
    total : int
        Pictures of the whole training split.

    Returns
    -------
    training, validation : int
        Pictures trained on and validated in each epoch.
    """
    validation = round(total * config.validation_fraction)
    return round((total - validation) * config.training_share), validation


def measurements_of(config: TrainingConfig, hardware: str, runs: Iterable[Run]) -> tuple[Measurement, ...]:
    """Return what finished runs of the same model on the same hardware tell.

    Runs of the same batch size come before all others: it changes the speed more than anything else does. A run
    that was resumed tells nothing: its epochs are those of several attempts, its time that of the last.

    Parameters
    ----------
    config : TrainingConfig
        What would be trained: its model and batch size are looked for.
    hardware : str
        On what, as :attr:`cifar_core.hardware.devices.Device.hardware` names it; equal text is equal hardware.
    runs : iterable of Run
        All runs, shipped ones too; only finished ones count.

    Returns
    -------
    tuple of Measurement
        One for each run that tells something, in the order of the runs; empty if none does.
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


def best_measurements(
    config: TrainingConfig,
    hardware: str,
    runs: Iterable[Run],
    short_measurement: ShortMeasurement | None,
    *,
    tested: int,
) -> tuple[Measurement, ...]:
    """Return what is known of a training's speed: from finished runs, or from a short measurement that counts more.

    Parameters
    ----------
    config : TrainingConfig
        What would be trained.
    hardware : str
        On what.
    runs : iterable of Run
        All runs.
    short_measurement : ShortMeasurement or None
        The short measurement of this workload, if there is one.
    tested : int
        Pictures looked at when training has ended.
    """
    measurements = measurements_of(config, hardware, runs)
    if short_measurement is None:
        return measurements
    short = measurement_by(short_measurement, config, tested=tested)
    return (short,) if counts_more(short, measurements) else measurements


def measurement_by(
    short_measurement: ShortMeasurement, config: TrainingConfig, *, tested: int
) -> Measurement:
    """Return what a short measurement tells of a run, at whose end so many pictures are tested.

    Parameters
    ----------
    short_measurement : ShortMeasurement
        Of the network on the hardware where it would be trained.
    config : TrainingConfig
        What would be trained: with ``test_time_augmentation`` each picture is tested seven times in place of once.
    tested : int
        Pictures looked at when training has ended: those of the validation and the test split.
    """
    looks = tested * (1 + _SIX_VIEWS * config.test_time_augmentation)
    return Measurement(
        short_measurement.images_per_second,
        short_measurement.startup_seconds + looks / short_measurement.validated_per_second,
        short_measurement.measured,
        short_measurement.workload.batch_size,
        short_measurement.images_per_second / short_measurement.validated_per_second,
    )


def counts_more(short_measurement: Measurement, runs: Sequence[Measurement]) -> bool:
    """Whether a short measurement tells more than runs do: none is newer, or all had another batch size.

    Parameters
    ----------
    short_measurement : Measurement
        What the short measurement tells, from :func:`measurement_by`.
    runs : sequence of Measurement
        What finished runs tell, from :func:`measurements_of`; without any, the short measurement counts more.
    """
    return all(
        run.moment < short_measurement.moment
        for run in runs
        if run.batch_size == short_measurement.batch_size
    )


def median_speed(measurements: Sequence[Measurement]) -> float:
    """Return the images per second of the training steps."""
    return statistics.median(one.images_per_second for one in measurements)


def expected_seconds(
    measurements: Sequence[Measurement], *, epochs: float, training: int, validation: int
) -> float:
    """Return the seconds that a run takes from its start to its end.

    Parameters
    ----------
    measurements : sequence of Measurement
        At least one.
    epochs : float
        How many, without early stopping.
    training, validation : int
        Pictures trained on and looked at in each epoch.
    """
    beside = statistics.median(one.seconds_beside_training for one in measurements)
    share = statistics.median(one.validation_share for one in measurements)
    return beside + epochs * (training + validation * share) / median_speed(measurements)


def _measure(record: RunRecord) -> Iterator[Measurement]:
    results, data = record.results, record.data
    if results is None or data is None or record.started is None or record.ended is None:
        return
    epochs, speed, pictures = results.epochs, results.images_per_second, data.training_pictures
    if epochs is None or speed is None or pictures is None:
        return
    training = epochs * (pictures + data.validation_pictures * _FORWARD_SHARE) / speed
    beside = (record.ended - record.started).total_seconds() - training
    yield Measurement(speed, max(0.0, beside), record.ended, record.training.batch_size)
