"""A worker that waits: everything is imported before somebody clicks on *Start*.

A dashboard that is in use asks for one by a file in the runs folder. The supervisor keeps it until nobody has asked
for an hour, or the dashboard is gone; then both leave. It is only ever a gain of time: where it has ended, or was
started with other code or for another device, the run gets a process of its own, as if there had been none.
"""

import contextlib
import json
import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

from cifar_core.hardware.child_environment import child_environment
from cifar_core.hardware.devices import Device
from cifar_core.runs.bounds import ShortText
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system import this_system
from cifar_core.system.files import read_document, write_atomically
from cifar_core.system.host import this_host

VARIABLE = "CIFAR_LAB_STANDBY"
"""Environment variable: ``off`` keeps no worker waiting."""
COMMAND = (sys.executable, "-m", "cifar_core.training.standby")
IDLE_SECONDS = 3600.0
LEAST_FREE_BYTES = 1_500_000_000
"""It holds 260 MB of its own; where there is no more room than this, a training needs it."""

_REQUEST_NAME = ".standby"
_ASK_SECONDS = 60.0
_AGAIN_SECONDS = 60.0
"""How long to wait after one has ended by itself: something is wrong with it."""
_NEXT_SECONDS = 20.0
"""How long to wait after one was given a run, whose own start is not to be disturbed."""


class _Request(BaseModel):
    """Who has asked: a dashboard of this machine."""

    host_id: ShortText
    pid: int
    process_mark: ShortText


def ask_for_standby(runs_dir: Path) -> bool:
    """Say that somebody may be about to train here; return whether a supervisor has to be there for it.

    Parameters
    ----------
    runs_dir : Path
        Folder with the user's own runs. Where it cannot be written nothing is asked for.
    """
    if not is_offered():
        return False
    request = runs_dir / _REQUEST_NAME
    try:
        if time.time() - request.stat().st_mtime < _ASK_SECONDS:
            return False  # once a minute is enough
    except OSError:
        pass
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
    """The one worker of a supervisor that waits for a run.

    Parameters
    ----------
    runs_dir : Path
        Where it is asked for.
    device : Device
        What it computes on: the one that a run gets that names none.
    command : sequence of str
        Starts a process that waits.
    report : callable
        Takes a line for the supervisor's log.
    """

    def __init__(
        self, runs_dir: Path, device: Device, report: Callable[[str], None], command: Sequence[str] = COMMAND
    ) -> None:
        self._request = runs_dir / _REQUEST_NAME
        self._device = device
        self._report = report
        self._command = tuple(command)
        self._child: subprocess.Popen[bytes] | None = None
        self._code: tuple[int, ...] = ()
        self._not_before = 0.0

    def tend(self) -> bool:
        """Start it, or end it, as is due; return whether one waits."""
        wanted = is_offered() and self._is_asked_for()
        if self._child is not None:
            if self._child.poll() is not None:
                self._report(f"the waiting worker has ended, status {self._child.returncode}")
                self._not_before = time.monotonic() + _AGAIN_SECONDS
                self._forget()
            elif not wanted:
                self._report("nobody has asked for a waiting worker for a while; it goes")
                self.close()
        elif wanted and time.monotonic() >= self._not_before and _has_room():
            self._start()
        return self._child is not None

    def hand_over(self, folder: Path, device: str) -> subprocess.Popen[bytes] | None:
        """Give it a run; return its process, which is that run's worker from now on.

        Parameters
        ----------
        folder : Path
            Of the run.
        device : str
            What the run has to be trained on.

        Returns
        -------
        subprocess.Popen or None
            ``None`` where none waits that would do: the run then needs a process of its own.
        """
        child = self._child
        if child is None or device != self._device.id:
            return None
        if child.poll() is not None or self._code != code_version():
            self._report("the waiting worker is not used: it has ended, or the program has changed since")
            self.close()
            return None
        try:
            assert child.stdin is not None
            child.stdin.write(json.dumps(str(folder)).encode() + b"\n")
            child.stdin.close()
        except OSError:  # It has just ended.
            self.close()
            return None
        self._child = None
        self._not_before = time.monotonic() + _NEXT_SECONDS
        return child

    def close(self) -> None:
        """End it, if one waits."""
        if self._child is not None:
            this_system().kill(self._child.pid)
            self._forget()

    def _is_asked_for(self) -> bool:
        try:
            if not -_ASK_SECONDS < time.time() - self._request.stat().st_mtime < IDLE_SECONDS:
                return False
            asker = _Request.model_validate_json(read_document(self._request))
            alive = psutil.pid_exists(asker.pid)
            same = alive and this_system().process_mark(asker.pid) == asker.process_mark
        except (OSError, ValidationError, psutil.Error):
            return False
        return same and asker.host_id == this_host().id

    def _start(self) -> None:
        self._code = code_version()
        self._not_before = time.monotonic() + _AGAIN_SECONDS  # should it fail
        self._child = this_system().start_detached(
            self._command,
            stdin=subprocess.PIPE,
            cwd=PROJECT_ROOT,
            env=child_environment(device=self._device, PYTHONUNBUFFERED="1"),
        )
        self._not_before = 0.0
        self._report(f"process {self._child.pid} waits for a run on {self._device.id}")

    def _forget(self) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        with contextlib.suppress(OSError):
            self._child.stdin.close()
        self._child.wait()
        self._child = None


def code_version() -> tuple[int, ...]:
    """Return what changes with our code, with the installed packages and with Python; a few milliseconds."""
    files = [file.stat() for file in sorted((PROJECT_ROOT / "cifar_core").rglob("*.py"))]
    newest = max((state.st_mtime_ns for state in files), default=0)
    packages = Path(sysconfig.get_path("purelib")).stat().st_mtime_ns
    return (len(files), newest, sum(state.st_size for state in files), packages)


def _has_room() -> bool:
    return psutil.virtual_memory().available >= LEAST_FREE_BYTES
