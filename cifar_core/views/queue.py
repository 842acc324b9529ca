"""The runs that wait: in which order they will be started, when, and how that order is changed."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cifar_core.accounts.user import User
from cifar_core.hardware.devices import Device
from cifar_core.runs.order import waiting_order
from cifar_core.runs.permissions import HIGHEST_FOR_STUDENTS, may_change
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.training.calibration_store import Calibration, Workload
from cifar_core.views.estimates import Measurement, best_measurements, expected_seconds, pictures_per_epoch

Where = Literal["front", "up", "down"]

PRIORITIES = {1: "high", 0: "normal", -1: "low"}
"""The priorities that the page offers; the command line knows all from -10 to 10."""


@dataclass(frozen=True)
class WaitingRun:
    """One line of the queue.

    Attributes
    ----------
    id, title : str
        Its folder, and the name it was given.
    position : int
        1 is started next.
    priority : int
        From -10 to 10.
    starts : float or None
        When it will be started, in seconds since 1970; ``None`` without a measurement to tell from.
    words : str
        Priority, if it is not the usual one, and estimated start: ``"high · 14:35"``; empty if there is nothing to say.
    owner : str or None
        Whose it is, where people log in.
    mine : bool
        Whether the person at the screen may move and cancel it.
    """

    id: str
    title: str
    position: int
    priority: int
    starts: float | None
    words: str
    owner: str | None
    mine: bool


@dataclass(frozen=True)
class QueueView:
    """All that the queue shows.

    Attributes
    ----------
    waiting : tuple of WaitingRun
        In the order in which they will be started.
    caption : str
        How to read it.
    priorities : dict of int to str
        The priorities that the person may give.
    """

    waiting: tuple[WaitingRun, ...]
    caption: str
    priorities: dict[int, str]


def in_queue(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs that nobody has started yet, next one first."""
    return tuple(run for run in waiting_order(runs) if run.heartbeat is None)


def build_queue(
    runs: Sequence[Run],
    devices: Sequence[Device],
    now: float,
    *,
    places: int = 1,
    user: User | None = None,
    pictures: Mapping[str, int] | None = None,
    find_calibration: Callable[[Workload], Calibration | None] = lambda _: None,
) -> QueueView:
    """Say who waits, in which order, and until when.

    Parameters
    ----------
    runs : sequence of Run
        All runs, shipped ones too: finished ones on the same hardware are the measurements.
    devices : sequence of Device
        What there is to train on.
    now : float
        Seconds since 1970.
    places : int
        How many runs each device takes at a time: more than one where it stands for a cluster.
    user : User, optional
        Who is at the screen, where people log in.
    pictures : mapping of str to int, optional
        Training pictures of data sets by their key; those that runs were trained on are known without it.
    find_calibration : callable, optional
        Returns the short measurement of a workload, if there is one.
    """
    waiting = in_queue(runs)
    expected = _Expected(runs, devices, pictures or {}, find_calibration)
    starts = _start_times(waiting, runs, expected, {device.id: [now] * places for device in devices})
    return QueueView(
        tuple(
            WaitingRun(
                id=run.id,
                title=run.record.config.name if run.record else run.id,
                position=position,
                priority=run.record.priority if run.record else 0,
                starts=starts[run.id],
                words=_words(run, starts[run.id], now),
                owner=run.record.owner if run.record else None,
                mine=may_change(user, run),
            )
            for position, run in enumerate(waiting, 1)
        ),
        "Next one first, with its estimated start."
        if any(start is not None for start in starts.values())
        else "Next one first. When they start is not known: no run like those before them has finished here.",
        {
            number: name
            for number, name in PRIORITIES.items()
            if user is None or user.is_instructor or number <= HIGHEST_FOR_STUDENTS
        },
    )


def moves(waiting: Sequence[Run], chosen: Collection[str], where: Where) -> list[tuple[str, str | None]]:
    """Return the calls of ``RunStore.move_before`` that shift the chosen runs together.

    Parameters
    ----------
    waiting : sequence of Run
        The runs that wait, next one first.
    chosen : collection of str
        Ids of those to be moved; they keep their order among each other.
    where : {"front", "up", "down"}
        Before all others, or one place. Where people take turns, a place counts among the runs of one owner.
    """
    calls: list[tuple[str, str | None]] = []
    for owner in dict.fromkeys(run.record.owner for run in waiting if run.record):
        order = [run.id for run in waiting if run.record and run.record.owner == owner]
        wanted = _rearranged(order, chosen, where)
        successors = [*wanted[1:], None]
        if wanted != order:
            # From the end: each finds the one it goes before where it will be.
            calls += [
                (run, after)
                for run, after in reversed(list(zip(wanted, successors, strict=True)))
                if run in chosen
            ]
    return calls


def _rearranged(order: list[str], chosen: Collection[str], where: Where) -> list[str]:
    if where == "front":
        return sorted(order, key=lambda run: run not in chosen)
    order = list(order) if where == "up" else order[::-1]
    for index in range(1, len(order)):
        if order[index] in chosen and order[index - 1] not in chosen:
            order[index - 1], order[index] = order[index], order[index - 1]
    return order if where == "up" else order[::-1]


def _start_times(
    waiting: Sequence[Run], runs: Sequence[Run], expected: "_Expected", free_at: dict[str, list[float]]
) -> dict[str, float | None]:
    """Play the queue through, device by device; a run that cannot be estimated hides the start of those after it.

    Parameters
    ----------
    waiting, runs : sequence of Run
        Those to be played, next one first, and all.
    expected : _Expected
        How long each takes.
    free_at : dict of str to list of float
        When each place of a device is free. It is used up; infinity is the end of a run without a measurement.
    """
    ids = {run.id for run in waiting}
    now = min(min(times) for times in free_at.values())
    starts: dict[str, float | None] = {}
    under_way = [run for run in runs if run.active and run.id not in ids]
    for run in (*under_way, *waiting):
        assert run.record is not None  # A run without a record is damaged, hence never active.
        device = _device_of(run.record, free_at)
        places = free_at.setdefault(device, [math.inf])
        place = places.index(min(places))
        seconds = expected.seconds(run.record, device)
        if run.id in ids:
            starts[run.id] = places[place] if math.isfinite(places[place]) else None
            places[place] += seconds
        else:
            places[place] = max(now, _end(run, run.record, seconds))
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


class _Expected:
    """Expected durations; runs of one kind are measured once."""

    def __init__(
        self,
        runs: Sequence[Run],
        devices: Sequence[Device],
        pictures: Mapping[str, int],
        find_calibration: Callable[[Workload], Calibration | None],
    ) -> None:
        self._runs = runs
        self._find_calibration = find_calibration
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
        """Return the time that a run needs in all, infinite without a measurement."""
        config = record.training
        hardware = self._hardware.get(device, device)
        total = self._pictures.get(config.data)
        if total is None:
            return math.inf
        training, validation = pictures_per_epoch(config, total)
        tested = validation + self._tested.get(config.data, 0)
        kind = (config.model, config.batch_size, config.precision, hardware, tested)
        if kind not in self._measured:
            calibration = self._find_calibration(Workload.of(config, hardware))
            self._measured[kind] = best_measurements(config, hardware, self._runs, calibration, tested=tested)
        measured = self._measured[kind]
        if not measured:
            return math.inf
        return expected_seconds(measured, epochs=config.epochs, training=training, validation=validation)


def _words(run: Run, starts: float | None, now: float) -> str:
    priority = run.record.priority if run.record else 0
    words = [PRIORITIES.get(priority, f"{priority:+d}")] if priority else []
    if starts is not None:
        words.append(clock(starts, now) if starts - now >= 60 else "soon")
    return " · ".join(words)


def clock(moment: float, now: float) -> str:
    """Say when, by the clock on the wall: ``"14:35"``, with the weekday if that is not today."""
    then, today = datetime.fromtimestamp(moment), datetime.fromtimestamp(now)
    return f"{then:%H:%M}" if then.date() == today.date() else f"{then:%a %H:%M}"
