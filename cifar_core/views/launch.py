"""What the Train page says of a run before it is started: its size, and how long it will take here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cifar_core.data.dataset import Dataset
from cifar_core.hardware.devices import Device
from cifar_core.models.registry import get_model
from cifar_core.runs.run import Run
from cifar_core.training.config import TrainingConfig
from cifar_core.views.durations import rough_duration_words
from cifar_core.views.estimates import expected_seconds, measurements_of, median_speed


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
    device = next((device for device in devices if config.device in ("auto", device.id)), None)
    hardware = device.hardware if device else config.device
    measurements = measurements_of(config, hardware, runs)
    if not measurements:
        where = f"the {device.place}" if device and device.place else "this machine"
        return LaunchView(size, f"**Time:** no measurement on {where} yet ({hardware}).", None)
    speed = median_speed(measurements)
    seconds = expected_seconds(measurements, epochs=config.epochs, training=training, validation=validation)
    most = "At most about" if config.early_stopping else "About"
    earlier = "an earlier run" if len(measurements) == 1 else f"{len(measurements)} earlier runs"
    return LaunchView(
        size,
        f"**{most} {rough_duration_words(seconds)}** on {hardware}: {speed:,.0f} images/s in {earlier}.",
        seconds,
    )
