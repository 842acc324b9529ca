"""The runs that wait: in which order they will be started, when, and how that order is changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cifar_core.accounts.user import User
from cifar_core.hardware.devices import Device
from cifar_core.runs.labels import run_labels
from cifar_core.runs.order import in_queue
from cifar_core.runs.permissions import HIGHEST_FOR_STUDENTS, may_change
from cifar_core.runs.run import Run
from cifar_core.speed.start_times import ExpectedDurations, start_times
from cifar_core.speed.store import ShortMeasurement, Workload

PRIORITIES = {1: "high", 0: "normal", -1: "low"}
"""The priorities that the page offers; the command line knows all from -10 to 10."""


@dataclass(frozen=True)
class WaitingRun:
    """One line of the queue.

    Attributes
    ----------
    id, title : str
        Its folder, and what it is called everywhere.
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


def build_queue(
    runs: Sequence[Run],
    devices: Sequence[Device],
    now: float,
    *,
    slots: int = 1,
    user: User | None = None,
    pictures: Mapping[str, int] | None = None,
    find_measurement: Callable[[Workload], ShortMeasurement | None] = lambda _: None,
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
    slots : int
        How many runs each device takes at a time: more than one where it stands for a cluster.
    user : User, optional
        Who is at the screen, where people log in.
    pictures : mapping of str to int, optional
        Training pictures of data sets by their key; those that runs were trained on are known without it.
    find_measurement : callable, optional
        Returns the short measurement of a workload, if there is one.
    """
    waiting = in_queue(runs)
    labels = run_labels(runs)
    expected = ExpectedDurations(runs, devices, pictures or {}, find_measurement)
    starts = start_times(waiting, runs, expected, {device.id: [now] * slots for device in devices})
    return QueueView(
        tuple(
            WaitingRun(
                id=run.id,
                title=labels[run.id],
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


def _words(run: Run, starts: float | None, now: float) -> str:
    priority = run.record.priority if run.record else 0
    words = [PRIORITIES.get(priority, f"{priority:+d}")] if priority else []
    if starts is not None:
        words.append(clock(starts, now) if starts - now >= 60 else "soon")
    return " · ".join(words)


def clock(moment: float, now: float) -> str:
    """Say when, by the clock on the wall: ``"14:35"``, with the weekday if that is not today.

    Parameters
    ----------
    moment, now : float
        The moment to be told and that of looking, both in seconds since 1970; shown in this machine's time zone.
    """
    then, today = datetime.fromtimestamp(moment), datetime.fromtimestamp(now)
    return f"{then:%H:%M}" if then.date() == today.date() else f"{then:%a %H:%M}"
