"""What the Train page says of a run before it is started: its size, and how long it will take here."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cifar_core.data.dataset import Dataset
from cifar_core.hardware.devices import Device
from cifar_core.models.registry import get_model
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.training.config import TrainingConfig
from cifar_core.views.durations import rough_duration_words

_FORWARD_SHARE = 1 / 3
"""Cost of looking at a validation picture, as a share of a training step's: one pass in place of three."""


@dataclass(frozen=True)
class LaunchView:
    """What is known before the start.

    Attributes
    ----------
    size_sentence : str
        Parameters and pictures, in Markdown.
    time_sentence : str
        The estimate and what it rests on, or that there is no measurement; in Markdown.
    seconds : float or None
        The estimate itself.
    """

    size_sentence: str
    time_sentence: str
    seconds: float | None


def build_launch(
    config: TrainingConfig, dataset: Dataset, runs: Iterable[Run], devices: Sequence[Device]
) -> LaunchView:
    """Say what a configuration amounts to.

    Parameters
    ----------
    config : TrainingConfig
        What would be started.
    dataset : Dataset
        The data set it names.
    runs : iterable of Run
        All runs, shipped ones too: finished ones on the same hardware are the measurements.
    devices : sequence of Device
        What this machine has; the first one is what “automatic” means.

    Raises
    ------
    ConfigError
        There is no such model.
    """
    validation = round(len(dataset.train) * config.validation_fraction)
    training = len(dataset.train) - validation
    spec = get_model(config.model)
    size = (
        f"{spec.summary}: {spec.parameters(len(dataset.class_names)):,} parameters. "
        f"{training:,} pictures to train, {validation:,} to validate, {len(dataset.test):,} to test."
    )
    hardware = next(
        (device.hardware for device in devices if config.device in ("auto", device.id)), config.device
    )
    measurements = measurements_of(config, hardware, runs)
    if not measurements:
        return LaunchView(size, f"**Time:** no measurement on this machine yet ({hardware}).", None)
    speed = statistics.median(one.images_per_second for one in measurements)
    beside = statistics.median(one.seconds_beside_training for one in measurements)
    seconds = beside + _training_seconds(config.epochs, training, validation, speed)
    most = "At most about" if config.early_stopping else "About"
    earlier = "an earlier run" if len(measurements) == 1 else f"{len(measurements)} earlier runs"
    return LaunchView(
        size,
        f"**{most} {rough_duration_words(seconds)}** on {hardware}: {speed:,.0f} images/s in {earlier}.",
        seconds,
    )


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

    Runs of the same batch size come before all others: it changes the speed more than anything else does.
    """
    same_batch: list[Measurement] = []
    others: list[Measurement] = []
    for run in runs:
        record = run.record
        if record is None or run.status != "finished" or record.imported:
            continue
        trained = record.training
        if trained.model != config.model:
            continue
        if record.environment is None or record.environment.hardware != hardware:
            continue
        like = same_batch if trained.batch_size == config.batch_size else others
        like.extend(_measure(record))
    return tuple(same_batch or others)


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
