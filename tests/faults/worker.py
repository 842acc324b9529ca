"""The real worker with a plan of what befalls it: only the process itself can die at an exact byte or step.

``python tests/faults/worker.py RUN_FOLDER`` trains as ``python -m cifar_core.training.worker`` does. Pauses make an
epoch long enough to be interrupted; they change no number. A run called “neighbour” trains nothing, and ends at once.
"""

import io
import os
import resource
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import RunRecord
from tests.faults.plan import Plan, read_plan


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _DyingFile(io.FileIO):
    """A file whose writer is killed after so many bytes."""

    def __init__(self, path: Path, last_byte: int) -> None:
        super().__init__(path, "wb")
        self._last_byte = last_byte

    def write(self, data: Any) -> int:
        content = bytes(data)
        if self.tell() + len(content) >= self._last_byte:
            super().write(content[: self._last_byte - self.tell()])
            die()
        return super().write(content)


def _die_in_files(plan: Plan) -> None:
    """Kill this process when it has written so many bytes of a file, or before or after that file is renamed."""
    opened, replaced = Path.open, Path.replace
    times = {"opened": 0, "replaced": 0}

    def due(path: Path, what: str) -> bool:
        times[what] += plan.die_in in path.as_posix()
        return plan.die_in in path.as_posix() and times[what] == plan.die_on

    def open_dying(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        if mode == "wb" and plan.die_at >= 0 and due(self, "opened"):
            return io.BufferedWriter(_DyingFile(self, plan.die_at))
        return opened(self, mode, *more, **named)

    def replace_dying(self: Path, target: Path) -> Path:
        hit = due(self, "replaced")
        if hit and plan.die_at == Plan.BEFORE_RENAME:
            die()
        result = replaced(self, target)
        if hit and plan.die_at == Plan.AFTER_RENAME:
            die()
        return result

    Path.open, Path.replace = open_dying, replace_dying  # type: ignore[assignment, method-assign]


def _prepare_training(plan: Plan) -> None:
    from cifar_core.training import callbacks

    callbacks.CHECKPOINT_SHARE = 0  # A checkpoint after each epoch, however short.
    on_batch_end = callbacks.StopWatch.on_train_batch_end
    batches = 0

    def paused(self: Any, batch: int, logs: Any = None) -> None:
        nonlocal batches
        batches += 1
        if batches == plan.hungry_batch:
            _eat_memory(plan)
        if batches == plan.long_batch:
            print("a long step", flush=True)
            time.sleep(plan.long_step)
        time.sleep(plan.pause)
        on_batch_end(self, batch, logs)

    callbacks.StopWatch.on_train_batch_end = paused


def _eat_memory(plan: Plan) -> None:
    if plan.memory:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + plan.memory, used + plan.memory))
    hoard = []
    while True:
        hoard.append(b"x" * 20_000_000)  # Written to, hence really taken.


def _finish_at_once(paths: RunPaths) -> None:
    record = RunRecord.read(paths.record).model_copy(update={"status": "running"})
    record.write(paths.record)
    record.model_copy(update={"status": "finished", "ended": datetime.now(UTC)}).write(paths.record)


def main() -> int:
    paths = RunPaths(Path(sys.argv[1]))
    plan = read_plan(paths.folder)
    print(f"worker {os.getpid()} begins", flush=True)
    if RunRecord.read(paths.record).config.name == "neighbour":
        _finish_at_once(paths)
        return 0
    from cifar_core.training import train, worker

    if plan.die_in:
        _die_in_files(plan)
    if plan.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (plan.largest_file, plan.largest_file))
    open_and_split = train.open_and_split

    def prepared(*arguments: Any) -> Any:
        _prepare_training(plan)
        return open_and_split(*arguments)

    train.open_and_split = prepared
    return worker.main()


if __name__ == "__main__":
    sys.exit(main())
