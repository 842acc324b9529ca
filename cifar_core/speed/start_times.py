"""When the runs that wait will be started, foreseen from what is known of how long each takes."""

import math
from collections.abc import Callable, Mapping, Sequence

from cifar_core.hardware.devices import Device
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.speed.expected import Measurement, best_measurements, expected_seconds, pictures_per_epoch
from cifar_core.speed.store import ShortMeasurement, Workload


def start_times(
    waiting: Sequence[Run],
    runs: Sequence[Run],
    expected: "ExpectedDurations",
    free_at: dict[str, list[float]],
) -> dict[str, float | None]:
    """Play the queue through, device by device; a run that cannot be estimated hides the start of those after it.

    Parameters
    ----------
    waiting, runs : sequence of Run
        Those to be played, next one first, and all.
    expected : ExpectedDurations
        How long each takes.
    free_at : dict of str to list of float
        When each slot of a device is free. It is used up; infinity is the end of a run without a measurement.
    """
    ids = {run.id for run in waiting}
    now = min(min(times) for times in free_at.values())
    starts: dict[str, float | None] = {}
    under_way = [run for run in runs if run.active and run.id not in ids]
    for run in (*under_way, *waiting):
        assert run.record is not None  # A run without a record is damaged, hence never active.
        device = _device_of(run.record, free_at)
        slots = free_at.setdefault(device, [math.inf])
        slot = slots.index(min(slots))
        seconds = expected.seconds(run.record, device)
        if run.id in ids:
            starts[run.id] = slots[slot] if math.isfinite(slots[slot]) else None
            slots[slot] += seconds
        else:
            slots[slot] = max(now, _end(run, run.record, seconds))
    return starts


def _device_of(record: RunRecord, free_at: Mapping[str, list[float]]) -> str:
    """Return the device a run has or gets: for “automatic” the one of the best kind that is free first."""
    if record.status == "running" and record.environment is not None:
        return record.environment.device
    if record.training.device != "auto":
        return record.training.device
    best = [name for name in free_at if name.startswith("gpu")] or list(free_at)
    return min(best, key=lambda name: min(free_at[name]))


def _end(run: Run, record: RunRecord, seconds: float) -> float:
    if run.heartbeat is not None and run.heartbeat.seconds_left is not None:
        return run.heartbeat.written + run.heartbeat.seconds_left
    return (record.started or record.created).timestamp() + seconds


class ExpectedDurations:
    """Expected durations; runs of one kind are measured once.

    Parameters
    ----------
    runs : sequence of Run
        All runs, shipped ones too: finished ones tell how long a run like them takes.
    devices : sequence of Device
        What there is to train on.
    pictures : mapping of str to int
        Training pictures of data sets by their key; those that runs were trained on are known without it.
    find_measurement : callable
        Returns the short measurement of a :class:`~cifar_core.speed.store.Workload`, or None if there is none.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        devices: Sequence[Device],
        pictures: Mapping[str, int],
        find_measurement: Callable[[Workload], ShortMeasurement | None],
    ) -> None:
        self._runs = runs
        self._find_measurement = find_measurement
        self._hardware = {device.id: device.hardware for device in devices}
        self._measured: dict[tuple[str, int, str, str, int], tuple[Measurement, ...]] = {}
        self._pictures = dict(pictures)
        self._tested: dict[str, int] = {}
        for run in runs:
            data = run.record.data if run.record else None
            if run.record is not None and data is not None and data.training_pictures is not None:
                total = data.training_pictures + data.validation_pictures
                self._pictures.setdefault(run.record.config.data, total)
                self._tested[run.record.config.data] = data.test_pictures

    def seconds(self, record: RunRecord, device: str) -> float:
        """Return the time that a run needs in all, infinite without a measurement.

        Parameters
        ----------
        record : RunRecord
            Of a run that is trained here, waiting or under way; all of its epochs are counted.
        device : str
            Id of the device that it has or gets; one that is not known is taken for the name of its hardware.

        Returns
        -------
        float
            Seconds from its start to its end, testing included.
        """
        config = record.training
        hardware = self._hardware.get(device, device)
        total = self._pictures.get(config.data)
        if total is None:
            return math.inf
        training, validation = pictures_per_epoch(config, total)
        tested = validation + self._tested.get(config.data, 0)
        kind = (config.model, config.batch_size, config.precision, hardware, tested)
        if kind not in self._measured:
            short_measurement = self._find_measurement(Workload.of(config, hardware))
            self._measured[kind] = best_measurements(
                config, hardware, self._runs, short_measurement, tested=tested
            )
        measured = self._measured[kind]
        if not measured:
            return math.inf
        return expected_seconds(measured, epochs=config.epochs, training=training, validation=validation)
