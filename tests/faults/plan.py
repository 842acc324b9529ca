"""What shall befall a worker, written beside the run folders before it starts."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True)
class Plan:
    """What shall befall a worker.

    Attributes
    ----------
    pause, long_step : float
        Seconds after each batch, and after batch number ``long_batch`` of this process.
    die_in : str
        Part of the name of a file: its writer is killed after ``die_at`` bytes, or around its renaming,
        when it is written for the time number ``die_on``.
    hungry_batch : int
        After this batch the process takes memory until there is none.
    memory : int
        Bytes of address space that it may take then; all there is if not given.
    largest_file : int
        Bytes after which writing a file fails, as on a disk without room.
    """

    BEFORE_RENAME: ClassVar[int] = -1
    AFTER_RENAME: ClassVar[int] = -2

    pause: float = 0.1
    long_batch: int = 0
    long_step: float = 0.0
    die_in: str = ""
    die_at: int = 0
    die_on: int = 1
    memory: int = 0
    hungry_batch: int = 0
    largest_file: int = 0


def plan_file(folder: Path) -> Path:
    return folder.parent / f".plan-{folder.name}.json"


def write_plan(folder: Path, plan: Plan) -> None:
    plan_file(folder).write_text(json.dumps(asdict(plan)))


def read_plan(folder: Path) -> Plan:
    path = plan_file(folder)
    return Plan(**json.loads(path.read_text())) if path.exists() else Plan()
