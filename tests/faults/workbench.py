"""A runs folder with a real supervisor and real trainings, and the checks that every fault must pass."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from cifar_core.evaluation.predictions import load_predictions
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.status import START_SECONDS, Status
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.supervisor import ensure_supervisor
from cifar_core.system.files import write_atomically
from tests.faults.ledger import Entry
from tests.faults.plan import Plan, write_plan
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
WORKER = (sys.executable, str(ROOT / "tests" / "faults" / "worker.py"))
GRACE_SECONDS = 5.0
"""How much later than the heartbeat promised the status may be right."""
PATIENCE = 180.0
"""How long a busy machine may take for a whole training of these tests."""

CONFIG = TrainingConfig.from_values(
    {
        "name": "victim",
        "model": "cnn-7x7",  # batch norm and dropout: statistics and random states must come back too
        "data": "drawn:300",
        "epochs": 4,
        "batch_size": 64,
        "augmentation": {"flip": True, "translate": 0.1},
        "keep": "best",
    }
)


@dataclass(frozen=True)
class Reference:
    """An uninterrupted training, made once.

    Attributes
    ----------
    paths : RunPaths
        The finished run.
    """

    paths: RunPaths

    @property
    def losses(self) -> list[tuple[int, float, float]]:
        return losses(self.paths)


def losses(paths: RunPaths) -> list[tuple[int, float, float]]:
    return [(line.epoch, line.loss, line.val_loss) for line in read_metrics(paths.metrics).epochs]


def train_reference(folder: Path) -> Reference:
    """Train without a fault, in a process of its own."""
    run = RunStore(folder).create(CONFIG)
    write_plan(run.paths.folder, Plan(pause=0.0))
    done = subprocess.run([*WORKER, str(run.paths.folder)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Reference(run.paths)


def weights_of(model: Path) -> dict[str, bytes]:
    """Return the bytes of every array in a Keras file."""
    import zipfile

    import h5py

    with zipfile.ZipFile(model) as archive, archive.open("model.weights.h5") as stream:
        arrays: dict[str, bytes] = {}
        with h5py.File(stream) as file:

            def note(name: str, item: Any) -> None:
                if isinstance(item, h5py.Dataset):
                    arrays[name] = np.asarray(item).tobytes()

            file.visititems(note)
    assert arrays
    return arrays


class Workbench:
    """One runs folder in which something goes wrong.

    Parameters
    ----------
    runs_dir : Path
        The folder; made here.
    reference : Reference
        What comes out when nothing goes wrong.
    supervisor_arguments : sequence of str
        Further arguments for the supervisor.
    hurried : bool
        Whether a promise that a silent worker has given is set back, and nobody waits for ten seconds until it is
        broken. How late a status is cannot be measured then.
    """

    def __init__(
        self,
        runs_dir: Path,
        reference: Reference,
        supervisor_arguments: Sequence[str] = (),
        *,
        hurried: bool = False,
    ) -> None:
        self.store = RunStore(runs_dir)
        self.reference = reference
        self._hurried = hurried
        self._arguments = ["--idle-seconds", "1", *supervisor_arguments, "--worker", *WORKER]
        runs_dir.mkdir(parents=True)
        shutil.copytree(reference.paths.folder, runs_dir / "20261120-090000-finished-before")
        self._others = self._hashes()

    # -- what a person does

    def queue(self, plan: Plan | None = None, config: TrainingConfig = CONFIG) -> RunPaths:
        """Queue a run and see to it that a supervisor is at work."""
        run = self.store.create(config)
        write_plan(run.paths.folder, plan or Plan())
        self.supervise()
        return run.paths

    def queue_neighbour(self) -> RunPaths:
        """Queue a run behind the others that trains nothing and ends at once."""
        return self.store.create(CONFIG.model_copy(update={"name": "neighbour"})).paths

    def supervise(self) -> None:
        """See to it that a supervisor is at work, as every page and command does."""
        ensure_supervisor(self.store.runs_dir, self._arguments)

    def resume(self, paths: RunPaths, plan: Plan | None = None) -> None:
        """Queue a run again."""
        write_plan(paths.folder, plan or Plan(pause=0.0))
        self.store.resume(paths.folder.name)
        self.supervise()

    def resume_by_command(self, paths: RunPaths) -> None:
        """Queue a run again from the command line."""
        write_plan(paths.folder, Plan(pause=0.0))
        self.supervise()
        words = ["--runs", str(self.store.runs_dir), "runs", "resume", paths.folder.name]
        subprocess.run(
            [sys.executable, "-m", "cifar_core", *words], cwd=ROOT, check=True, capture_output=True
        )

    # -- what is there

    def status(self, paths: RunPaths) -> Status:
        return self.store.get(paths.folder.name).status

    def run(self, paths: RunPaths) -> Run:
        return self.store.get(paths.folder.name)

    def record(self, paths: RunPaths) -> RunRecord:
        return RunRecord.read(paths.record)

    def epochs(self, paths: RunPaths) -> tuple[EpochMetrics, ...]:
        return read_metrics(paths.metrics).epochs

    def processes(self, *words: str) -> list[psutil.Process]:
        """Return the living processes whose command line names this runs folder (and these words)."""
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            line = " ".join(process.info["cmdline"] or [])
            wanted = (str(self.store.runs_dir), *words)
            if process.info["status"] != psutil.STATUS_ZOMBIE and all(word in line for word in wanted):
                found.append(process)
        return found

    def worker(self, paths: RunPaths) -> psutil.Process:
        found = self.processes(paths.folder.name)
        assert len(found) == 1, found
        return found[0]

    def supervisors(self) -> list[psutil.Process]:
        return self.processes("cifar_core.scheduling.supervisor")

    def wait_for_epochs(self, paths: RunPaths, count: int) -> None:
        """Wait until so many epochs are finished."""

        def there() -> bool:
            assert self.record(paths).status in ("queued", "running"), self.explain(paths)
            return len(self.epochs(paths)) >= count

        wait_until(there, PATIENCE)

    def wait_for_long_step(self, paths: RunPaths) -> None:
        """Wait until the worker has begun its long step."""
        self.wait_for_epochs(paths, 1)
        wait_until(lambda: "a long step" in paths.log.read_text(), PATIENCE)

    def wait_for_end(self, paths: RunPaths) -> None:
        """Wait until a run has ended, however."""
        wait_until(lambda: not self.run(paths).active, PATIENCE)

    def wait_for_death(self, paths: RunPaths) -> None:
        """Wait until the run's worker has begun and is gone."""
        wait_until(lambda: self.processes(paths.folder.name), PATIENCE)
        wait_until(lambda: not self.processes(paths.folder.name), PATIENCE)

    def explain(self, paths: RunPaths) -> str:
        """What a failed test should show."""
        supervisor = self.store.runs_dir / ".supervisor.log"
        texts = [path.read_text() if path.exists() else "" for path in (paths.log, supervisor)]
        return "\n".join([paths.record.read_text() if paths.record.exists() else "no record", *texts])

    # -- the checks

    @contextlib.contextmanager
    def fault(self, entry: Entry, paths: RunPaths, *expected: Status) -> Iterator[None]:
        """Make a fault in the block; measure from its end how long the status is wrong; lose no finished epoch."""
        before, content = self.epochs(paths), paths.metrics.read_bytes() if paths.metrics.exists() else b""
        yield
        moment, clock = time.monotonic(), time.time()
        beat = Heartbeat.read(paths.heartbeat)
        entry.epochs = len(self.epochs(paths))
        if expected:

            def said() -> bool:
                if self._hurried and "stalled" in expected:
                    _let_the_promise_pass(paths)
                return self.status(paths) in expected

            wait_until(said, START_SECONDS + GRACE_SECONDS)
            entry.seconds = time.monotonic() - moment
            entry.late = entry.seconds - max(0.0, self._promised(paths, beat) - clock)
            assert entry.late <= GRACE_SECONDS, self.explain(paths)
        if paths.folder.is_dir():
            after = self.epochs(paths)
            entry.epochs_lost = len(
                {self._figures(line) for line in before} - {self._figures(line) for line in after}
            )
            assert entry.epochs_lost == 0
            assert paths.metrics.read_bytes().startswith(content) if content else True

    def finishes_as_if_nothing_had_happened(self, entry: Entry, paths: RunPaths) -> None:
        """Wait for the end; weights, predictions and losses must be those of the uninterrupted run, bit for bit."""

        def ended() -> bool:
            if not self.supervisors():  # One that was just started may not have the lock yet.
                self.supervise()
            return not self.run(paths).active

        wait_until(ended, PATIENCE)
        wait_until(lambda: not self.processes(paths.folder.name))
        record, expected = self.record(paths), self.record(self.reference.paths)
        assert record.status == "finished", self.explain(paths)
        assert record.results is not None
        assert expected.results is not None
        same = weights_of(paths.model) == weights_of(self.reference.paths.model)
        for split in ("validation", "test"):
            mine = load_predictions(paths.predictions, split)
            theirs = load_predictions(self.reference.paths.predictions, split)
            same = same and mine.logits.tobytes() == theirs.logits.tobytes()
        same = same and losses(paths) == self.reference.losses
        same = same and record.results.test_accuracy == expected.results.test_accuracy
        entry.same_weights = same
        assert same, self.explain(paths)
        usual = {path.name for path in self.reference.paths.folder.iterdir()}
        left = (
            {path.name for path in paths.folder.iterdir()}
            - usual
            - {"worker.log", "heartbeat.json", ".worker.lock"}
        )
        assert left == set(), left

    def all_else_is_unharmed(self, entry: Entry, neighbours: Iterable[RunPaths] = ()) -> None:
        """Wait until the queue is empty and the supervisor has left; compare every file of the other runs."""
        waiting = tuple(neighbours)
        wait_until(lambda: all(self.status(paths) == "finished" for paths in waiting), PATIENCE)
        for paths in waiting:
            assert paths.log.read_text().count("begins") == 1
        entry.harmed = sum(self._hashes().get(name) != value for name, value in self._others.items())
        assert entry.harmed == 0
        wait_until(lambda: not self.supervisors(), 30)
        entry.left_over = len(self.processes())
        assert entry.left_over == 0, self.processes()
        log = self.store.runs_dir / ".supervisor.log"
        assert "Traceback" not in (log.read_text() if log.exists() else "")
        entry.done = True

    def clean_up(self) -> None:
        """End what a failed test left behind."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGCONT)
                process.kill()

    def _promised(self, paths: RunPaths, beat: Heartbeat | None) -> float:
        """Until when a worker may be silent; one that was just started gets some time for its first word."""
        if beat is not None:
            return beat.next_due
        record = self.run(paths).record
        return record.started.timestamp() + START_SECONDS if record is not None and record.started else 0.0

    @staticmethod
    def _figures(line: EpochMetrics) -> tuple[float, ...]:
        """All but the times: an epoch without a checkpoint is trained again, and its new line counts."""
        return line.epoch, line.loss, line.accuracy, line.val_loss, line.val_accuracy, line.learning_rate

    def _hashes(self) -> dict[str, str]:
        folder = self.store.runs_dir / "20261120-090000-finished-before"
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() + str(path.stat().st_mtime_ns)
            for path in sorted(folder.iterdir())
            if path.is_file()
        }


def _let_the_promise_pass(paths: RunPaths) -> None:
    """Set back when a worker's next beat is due; where it writes another one, that counts."""
    beat = Heartbeat.read(paths.heartbeat)
    if beat is not None and beat.next_due > time.time():
        overdue = beat.model_copy(update={"next_due": beat.written})
        with contextlib.suppress(OSError):  # a full disk
            write_atomically(paths.heartbeat, overdue.model_dump_json().encode())


def kill(process: psutil.Process) -> None:
    """``kill -9``."""
    os.kill(process.pid, signal.SIGKILL)
