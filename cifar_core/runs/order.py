"""Whose turn it is: pure functions of what the records say."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Literal

from cifar_core.errors import RunError
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run

Where = Literal["front", "up", "down"]


def waiting_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Sort the queued runs in the order in which they will be started.

    A higher priority comes first. Within one priority people take turns: the first run of each comes before
    anybody's second one, and a run that is being trained counts as its owner's first. Whoever has waited longest
    begins a round. Where nobody logs in, all runs have one owner, and the oldest comes first.

    Parameters
    ----------
    runs : iterable of Run
        All runs; those under way tell whose turn has been.

    Returns
    -------
    tuple of Run
        The queued ones, next one first.
    """
    known = [(run, run.record) for run in runs if run.record is not None and run.active]
    turns = Counter(record.owner for run, record in known if run.status != "queued")
    keys = {}
    for run, record in sorted(known, key=lambda one: (-one[1].priority, place_of(one[1]), one[0].id)):
        if run.status == "queued":
            keys[run.id] = (-record.priority, turns[record.owner], place_of(record), run.id)
            turns[record.owner] += 1
    return tuple(sorted((run for run, _ in known if run.id in keys), key=lambda run: keys[run.id]))


def place_before(runs: Iterable[Run], moved: str, other: str | None) -> tuple[int, float]:
    """Return the priority and place that put one queued run right before another, or behind all.

    Where people take turns, a place counts among the runs of one owner.

    Parameters
    ----------
    runs : iterable of Run
        All runs, not only those that wait.
    moved : str
        Id of the run to be moved.
    other : str or None
        Id of the run that it goes before; ``None`` for behind all.

    Returns
    -------
    priority : int
        That of the other run; the lowest of all that wait for behind all.
    place : float
        Seconds since 1970, as in ``run.json``.

    Raises
    ------
    RunError
        One of the two does not wait any more.
    """
    waiting = {run.id: run.record for run in waiting_order(runs) if run.record is not None}
    for run_id in (moved, moved if other is None else other):
        if run_id not in waiting:
            raise RunError(f"The run “{run_id}” does not wait any more, so the order stays as it is.")
    if other is None:
        lowest = min(record.priority for record in waiting.values())
        last = max(place_of(record) for record in waiting.values() if record.priority == lowest)
        return lowest, last + 1.0
    target = waiting.pop(moved) if moved == other else waiting[other]
    level = sorted(
        place_of(record)
        for run_id, record in waiting.items()
        if record.priority == target.priority and run_id != moved
    )
    place = place_of(target)
    before = max((low for low, high in pairwise(level) if high == place), default=None)
    return target.priority, place - 1.0 if before is None else (before + place) / 2


def place_of(record: RunRecord) -> float:
    """Return what decides between two runs of one owner and priority: the smaller one comes first."""
    return record.created.timestamp() if record.place is None else record.place


def in_queue(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs that nobody has started yet, next one first."""
    return tuple(run for run in waiting_order(runs) if run.heartbeat is None)


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
            # The last one first: then the run that each goes before stands already where it is to stay.
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
