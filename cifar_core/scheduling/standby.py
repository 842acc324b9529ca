"""Workers that train one run after the other, and one that waits: everything is imported before *Start* is clicked.

A dashboard that is in use asks for one by a file in the runs folder. The supervisor keeps it until nobody has asked
for an hour, or the dashboard is gone; then both leave. The trials of a sweep need no dashboard for theirs. It is only
ever a gain of time: where it has ended, or was started with other code, the run gets a process of its own, as if there
had been none; and a run gives the same bits, whatever its worker has trained before.
"""

import contextlib
import os
import select
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

from cifar_core.hardware.devices import Device
from cifar_core.runs.bounds import ShortText
from cifar_core.scheduling.lasting import LastingWorker
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system import this_system
from cifar_core.system.files import read_document, write_atomically
from cifar_core.system.host import this_host

VARIABLE = "CIFAR_LAB_STANDBY"
"""Environment variable: ``off`` keeps no worker waiting."""
COMMAND = (sys.executable, "-m", "cifar_core.training.standby")
IDLE_SECONDS = 3600.0
LINGER_SECONDS = 10.0
"""How long one that has trained a run waits for the next: a sweep makes it within two. It may hold a GPU's memory."""
LEAST_FREE_BYTES = 1_500_000_000
"""It holds 210 MB of its own; where there is no more room than this, a training needs it."""

_REQUEST_NAME = ".standby"
_ASK_SECONDS = 60.0
_AGAIN_SECONDS = 60.0
"""How long to wait after one has ended by itself: something is wrong with it."""


class _Request(BaseModel):
    """Who has asked: a dashboard of this machine."""

    host_id: ShortText
    pid: int
    process_mark: ShortText


def ask_for_standby(runs_dir: Path, *, gives_way: bool = False) -> bool:
    """Say that somebody may be about to train here; return whether a supervisor has to be there for it.

    Parameters
    ----------
    runs_dir : Path
        Folder with the user's own runs. Where it cannot be written nothing is asked for.
    gives_way : bool
        Whether whoever has asked before stays the one who asks: for a process that leaves sooner than a dashboard,
        with which its worker would leave.
    """
    if not is_offered():
        return False
    request = runs_dir / _REQUEST_NAME
    if _is_asked_for(request, within=IDLE_SECONDS if gives_way else _ASK_SECONDS):
        return False  # once a minute is enough
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        mark = this_system().process_mark(os.getpid())
        asker = _Request(host_id=this_host().id, pid=os.getpid(), process_mark=mark)
        write_atomically(request, asker.model_dump_json().encode())
    except OSError:
        return False
    return True


def is_offered() -> bool:
    """Whether a worker may wait here: the setting and the operating system allow it."""
    wanted = os.environ.get(VARIABLE, "").strip().casefold() not in ("off", "0", "false", "no")
    return wanted and this_system().workers_can_wait


class Standby:
    """The workers of a supervisor that train one run after the other: one that waits for a run, and those of sweeps.

    Parameters
    ----------
    runs_dir : Path
        Where one that waits is asked for.
    devices : sequence of Device
        What there is to train on. The first one, which a run gets that names none, is what a worker waits on.
    report : callable
        Takes a line for the supervisor's log.
    command : sequence of str
        Starts a process that waits.
    """

    def __init__(
        self,
        runs_dir: Path,
        devices: Sequence[Device],
        report: Callable[[str], None],
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._request = runs_dir / _REQUEST_NAME
        self._devices = {device.id: device for device in devices}
        self._first = devices[0].id
        self._report = report
        self._command = tuple(command)
        self._workers: dict[str, LastingWorker] = {}
        self._code: dict[str, tuple[int, ...]] = {}
        self._not_before = 0.0

    def tend(self) -> bool:
        """Start the one that waits, and end those that nobody needs, as is due; return whether one waits."""
        wanted = is_offered() and _is_asked_for(self._request, within=IDLE_SECONDS)
        for device, worker in tuple(self._workers.items()):
            if worker.has_ended():
                if not worker.turns:
                    self._report(f"the waiting worker has ended, status {worker.child.returncode}")
                    self._not_before = time.monotonic() + _AGAIN_SECONDS
                self._let_go(device)
            elif worker.turns and worker.idle_seconds() > LINGER_SECONDS:
                self._report(f"no further run has come for process {worker.child.pid}; it goes")
                self._let_go(device)
            elif not (worker.turns or wanted):
                self._report("nobody has asked for a waiting worker for a while; it goes")
                self._let_go(device)
        if (
            wanted
            and self._first not in self._workers
            and time.monotonic() >= self._not_before
            and _has_room()
        ):
            self._not_before = time.monotonic() + _AGAIN_SECONDS  # should it fail
            worker = self._start(self._first)
            self._not_before = 0.0
            self._report(f"process {worker.child.pid} waits for a run on {self._first}")
        return wanted and self._first in self._workers and not self._workers[self._first].is_busy()

    def hand_over(
        self, folder: Path, device: str, *, owner: str | None = None, others_follow: bool = False
    ) -> LastingWorker | None:
        """Give a run to a worker that has nothing to do.

        Parameters
        ----------
        folder : Path
            Of the run.
        device : str
            What the run has to be trained on; no other run is trained on it.
        owner : str, optional
            Whose run it is: a worker that has trained somebody's run gets no one else's.
        others_follow : bool
            Whether it is one of many, for which a worker is worth its start.

        Returns
        -------
        LastingWorker or None
            ``None`` where none is there that would do: the run then needs a process of its own.
        """
        worker = self._workers.get(device)
        if worker is not None:
            if worker.has_ended() or self._code[device] != code_version():
                self._report("the waiting worker is not used: it has ended, or the program has changed since")
                self._let_go(device)
            elif worker.is_busy() or (worker.turns and worker.owner != owner):
                self._let_go(device)
        if device not in self._workers and others_follow and is_offered() and device in self._devices:
            with contextlib.suppress(OSError):  # A process of its own will say why.
                self._start(device)
        worker = self._workers.get(device)
        if worker is None:
            return None
        if not worker.give(folder, owner):
            self._let_go(device)
            return None
        return worker

    def wait(self, seconds: float) -> None:
        """Wait; no longer than until a worker has ended its run, for the next one can begin then.

        Parameters
        ----------
        seconds : float
            How long at most.
        """
        busy = [worker.descriptor for worker in self._workers.values() if worker.is_busy()]
        if busy:
            select.select(busy, [], [], seconds)
        else:
            time.sleep(seconds)

    def close(self) -> None:
        """End those that wait; those that train end after their run."""
        for device in tuple(self._workers):
            self._let_go(device)

    def _start(self, device: str) -> LastingWorker:
        self._code[device] = code_version()
        self._workers[device] = LastingWorker(self._command, self._devices[device])
        return self._workers[device]

    def _let_go(self, device: str) -> None:
        self._workers.pop(device).let_go()


def code_version() -> tuple[int, ...]:
    """Return what changes with our code, with the installed packages and with Python; a few milliseconds."""
    files = [file.stat() for file in sorted((PROJECT_ROOT / "cifar_core").rglob("*.py"))]
    newest = max((state.st_mtime_ns for state in files), default=0)
    packages = Path(sysconfig.get_path("purelib")).stat().st_mtime_ns
    return (len(files), newest, sum(state.st_size for state in files), packages)


def _is_asked_for(request: Path, *, within: float) -> bool:
    """Whether a dashboard that is still there has asked in the last so many seconds."""
    try:
        if not -_ASK_SECONDS < time.time() - request.stat().st_mtime < within:
            return False
        asker = _Request.model_validate_json(read_document(request))
        alive = psutil.pid_exists(asker.pid)
        same = alive and this_system().process_mark(asker.pid) == asker.process_mark
    except (OSError, ValidationError, psutil.Error):
        return False
    return same and asker.host_id == this_host().id


def _has_room() -> bool:
    return psutil.virtual_memory().available >= LEAST_FREE_BYTES
