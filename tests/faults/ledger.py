"""What each fault did, collected for the table in docs/reliability.md."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Entry:
    """One fault that was made once.

    Attributes
    ----------
    fault : str
        What was done.
    seconds : float or None
        From the fault until the status was right; ``None`` where the status had nothing to change to.
    late : float or None
        Of these, the seconds after the moment that the last heartbeat before the fault had promised; negative
        where the status was right before.
    epochs, epochs_lost : int
        Finished before the fault; of these, not in ``metrics.jsonl`` afterwards.
    trained_again : int or None
        Finished epochs that were trained again because no checkpoint held them yet.
    harmed : int
        Files of other runs that had changed.
    same_weights : bool or None
        Whether the run ended as an uninterrupted one; ``None`` where it cannot go on.
    left_over : int
        Processes that were still there in the end.
    """

    fault: str
    seconds: float | None = None
    late: float | None = None
    epochs: int = 0
    epochs_lost: int = 0
    trained_again: int | None = None
    harmed: int = 0
    same_weights: bool | None = None
    left_over: int = 0
    done: bool = False
    notes: dict[str, float] = field(default_factory=dict)


def write_ledger(path: Path, entries: Iterable[Entry]) -> None:
    path.write_text(json.dumps([asdict(entry) for entry in entries], indent=1))


def read_ledger(path: Path) -> list[Entry]:
    return [Entry(**values) for values in json.loads(path.read_text())]
