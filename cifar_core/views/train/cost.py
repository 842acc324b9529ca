"""What the Train page says of a run before it is started: its size, what it will cost here, what it has given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from cifar_core.data.dataset import Dataset
from cifar_core.data.splits import divided_counts
from cifar_core.hardware.devices import Device
from cifar_core.models.registry import model_of
from cifar_core.models.spec import ModelSpec
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.run import Run
from cifar_core.speed.expected import best_measurements, expected_seconds, median_speed
from cifar_core.speed.store import ShortMeasurement
from cifar_core.views.train.known_results import KnownResult, known_result, reported_sentence, same_training
from cifar_core.words.counts import counted
from cifar_core.words.durations import age_words, rough_duration_words
from cifar_core.words.markdown import plain

HERE = "this machine"
_BUSY = "Runs are being trained or wait: measuring now would disturb them and be wrong. Wait until they have ended."


@dataclass(frozen=True)
class LaunchView:
    """What is known before the start.

    Attributes
    ----------
    size_sentence : str
        Parameters and pictures, in Markdown.
    time_sentence : str
        What this recipe gave and the time it takes, with what that rests on, or that there is no measurement;
        in Markdown.
    result_sentence : str
        Where the accuracy comes from, in Markdown; of a recipe that nobody trained by, what is known instead.
    seconds : float or None
        What a run takes at most: all epochs.
    expected_seconds : float or None
        What it takes if it needs as many epochs as those that were trained by this recipe.
    test_accuracy : float or None
        What this very recipe gave, as a fraction of 1.
    measurable : bool
        Whether a short measurement can be made: where the device is one of this machine.
    obstacle : str or None
        Why no measurement can be made at the moment.
    """

    size_sentence: str
    time_sentence: str
    result_sentence: str
    seconds: float | None
    expected_seconds: float | None
    test_accuracy: float | None
    measurable: bool
    obstacle: str | None


def device_of(config: TrainingConfig, devices: Sequence[Device]) -> Device | None:
    """Return the device that a configuration names; the first one is what “automatic” means.

    Parameters
    ----------
    config : TrainingConfig
        Its ``device`` is ``"auto"`` or the id of one.
    devices : sequence of Device
        Those that there are, the one to be preferred first.

    Returns
    -------
    Device or None
        ``None`` where none of them has this id.
    """
    return next((device for device in devices if config.device in ("auto", device.id)), None)


def build_launch(
    config: TrainingConfig,
    dataset: Dataset,
    runs: Iterable[Run],
    devices: Sequence[Device],
    *,
    preset: str | None = None,
    short_measurement: ShortMeasurement | None = None,
    now: datetime | None = None,
) -> LaunchView:
    """Say what a configuration amounts to.

    Parameters
    ----------
    config : TrainingConfig
        What would be started.
    dataset : Dataset
        The data set it names.
    runs : iterable of Run
        All runs, shipped ones too: finished ones tell what a recipe gives, those on the same hardware how long it
        takes.
    devices : sequence of Device
        What this machine has; the first one is what “automatic” means.
    preset : str, optional
        The preset that the recipe started from; the model's first one if not given.
    short_measurement : ShortMeasurement, optional
        A short measurement of this network on this hardware.
    now : datetime, optional
        The moment of looking, if not this one.

    Raises
    ------
    ConfigError
        There is no such model, or no such preset.
    """
    runs = tuple(runs)
    spec = model_of(config)
    # By class, as they are divided: of few pictures a share of them all would be another number.
    counts = np.bincount(dataset.train.labels, minlength=len(dataset.class_names))
    training, validation = (
        int(part.sum())
        for part in divided_counts(
            counts, validation_fraction=config.validation_fraction, training_share=config.training_share
        )
    )
    device = device_of(config, devices)
    hardware = device.hardware if device else config.device
    location = f"the {device.location}" if device and device.location else HERE

    known = known_result(spec.id, config, dataset, runs)
    tested = len(dataset.test) + validation
    measurements = best_measurements(config, hardware, runs, short_measurement, tested=tested)
    source = "an earlier run" if len(measurements) == 1 else counted(len(measurements), "earlier run")
    if short_measurement and [one.moment for one in measurements] == [short_measurement.measured]:
        source = _source(short_measurement, config, now or datetime.now(UTC))

    def seconds(epochs: float) -> float | None:
        if not measurements:
            return None
        return expected_seconds(measurements, epochs=epochs, training=training, validation=validation)

    at_most = seconds(config.epochs)
    expected = seconds(known.epochs) if known else at_most
    if expected is None:
        gave = f"This recipe gave **{known.accuracy:.1%}**. " if known else ""
        # With several devices the hardware is named: another one of them may have been measured.
        where = location if location != HERE or len(devices) == 1 else hardware
        time_sentence = f"{gave}How long it takes on {where} is not measured yet."
    else:
        where = f"{location} ({hardware}; {source}: {median_speed(measurements):,.0f} images/s)"
        time_sentence = f"{_headline(config, known, expected)} on {where}."
    return LaunchView(
        size_sentence=(
            f"{spec.summary}: {counted(spec.parameters(len(dataset.class_names)), 'parameter')}. "
            f"{counted(training, 'picture')} to train, {validation:,} to validate, {len(dataset.test):,} to test."
        ),
        time_sentence=time_sentence,
        result_sentence=_result(config, spec, preset, known, dataset, runs),
        seconds=at_most,
        expected_seconds=expected,
        test_accuracy=known.accuracy if known else None,
        measurable=device is not None and not device.location,
        obstacle=_BUSY if any(run.active for run in runs) else None,
    )


def _headline(config: TrainingConfig, known: KnownResult | None, expected: float) -> str:
    duration = rough_duration_words(expected)
    if known:
        return f"**{known.accuracy:.1%} in about {duration}**"
    return f"**At most about {duration}**" if config.early_stopping else f"**About {duration}**"


def _source(short_measurement: ShortMeasurement, config: TrainingConfig, now: datetime) -> str:
    others = "" if short_measurement.same_step(config) else " with another optimizer or augmentation"
    return f"measured {age_words((now - short_measurement.measured).total_seconds())} ago{others}"


def _result(
    config: TrainingConfig,
    spec: ModelSpec,
    preset: str | None,
    known: KnownResult | None,
    dataset: Dataset,
    runs: Sequence[Run],
) -> str:
    """Say what this recipe gave; of one that nobody trained by, only that, and what is known besides."""
    if known:
        sentence = known.sentence("by this recipe")
        stopped = f" Training stopped after {known.epochs:g} of at most {counted(config.epochs, 'epoch')}."
        return sentence + (stopped if known.epochs < config.epochs else "")
    recipe = spec.preset(preset)
    if same_training(config, recipe):
        return (
            f"What it gives on {plain(dataset.name)} is not measured yet. {reported_sentence(spec)}".strip()
        )
    unchanged = known_result(spec.id, recipe, dataset, runs)
    if unchanged:
        return (
            f"Not measured with your changes. Before them: {unchanged.sentence('by the recipe as it comes')}"
        )
    return "What it gives with your changes is not measured yet."
