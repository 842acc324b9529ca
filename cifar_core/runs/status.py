"""In what state a run is, derived from what its folder says and the time."""

from typing import Literal

from cifar_core.runs.heartbeat import PROMISE_SECONDS, Heartbeat
from cifar_core.runs.record import RunRecord

Status = Literal["queued", "running", "stalled", "finished", "stopped", "failed"]

ACTIVE: frozenset[Status] = frozenset({"queued", "running", "stalled"})
"""States in which something is still to come."""

START_SECONDS = 30.0
"""How long a worker may take from saying that it runs to its first heartbeat."""


def derive_status(record: RunRecord, heartbeat: Heartbeat | None, now: float) -> Status:
    """Tell the state of a run.

    Parameters
    ----------
    record : RunRecord
        What ``run.json`` says.
    heartbeat : Heartbeat or None
        The newest beat, if there is one.
    now : float
        Seconds since 1970.

    Returns
    -------
    Status
        ``"stalled"`` is the only state that is not written anywhere: the record says running, but the promised
        heartbeat did not come.
    """
    if record.status != "running":
        return record.status
    if heartbeat is None:
        started = (record.started or record.created).timestamp()
        return "running" if abs(now - started) <= START_SECONDS else "stalled"
    # A beat from the future was written before the clock was set back. A living worker replaces it within a
    # second; a dead one must not count as running until the clock has caught up.
    on_time = heartbeat.written - PROMISE_SECONDS <= now <= heartbeat.next_due
    return "running" if on_time else "stalled"
