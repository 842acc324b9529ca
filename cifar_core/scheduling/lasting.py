"""A process that trains one run after the other, as the supervisor sees it: ``cifar_core.training.standby``.

It is told the folder of each run by a line on its standard input, and answers with a line when the run has ended. It
never takes a run by itself: whoever ends it between two answers ends that one run alone.
"""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from cifar_core.hardware.child_environment import child_environment
from cifar_core.hardware.devices import Device
from cifar_core.settings import PROJECT_ROOT
from cifar_core.system import this_system


class LastingWorker:
    """One such process, started when this is made.

    Parameters
    ----------
    command : sequence of str
        Starts it.
    device : Device
        What it computes on.

    Attributes
    ----------
    child : subprocess.Popen
        The process.
    descriptor : int
        Of its answers: a line of it can be read once a run has ended.
    turns : int
        How many runs it was given so far.
    owner : str or None
        Whose runs it trains, from the first one on.

    Raises
    ------
    OSError
        It could not be started.
    """

    def __init__(self, command: Sequence[str], device: Device) -> None:
        self.child: subprocess.Popen[bytes] = this_system().start_detached(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT_ROOT,
            env=child_environment(device=device, PYTHONUNBUFFERED="1"),
        )
        assert self.child.stdout is not None
        self.descriptor = self.child.stdout.fileno()
        os.set_blocking(self.descriptor, False)
        self.turns = 0
        self.owner: str | None = None
        self._over = 0
        self._free_since = time.monotonic()

    def give(self, folder: Path, owner: str | None) -> bool:
        """Give it a run, to be trained now; return whether it is there to take it.

        Parameters
        ----------
        folder : Path
            Of the run.
        owner : str or None
            Whose run it is.
        """
        try:
            assert self.child.stdin is not None
            self.child.stdin.write(json.dumps(str(folder)).encode() + b"\n")
            self.child.stdin.flush()
        except OSError:  # It has just ended.
            return False
        self.turns += 1
        self.owner = owner
        return True

    def is_over(self, turn: int) -> bool:
        """Whether the run that was given as the so-manieth has ended, counted from 1, or the process has."""
        return self.has_ended() or self._answers() >= turn

    def is_busy(self) -> bool:
        """Whether it trains a run."""
        return not self.is_over(self.turns)

    def idle_seconds(self) -> float:
        """How long it has had nothing to do."""
        return 0.0 if self.is_busy() else time.monotonic() - self._free_since

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.child.poll() is not None

    def let_go(self) -> None:
        """Give it no more runs: it ends at once where it has none, else after the one that it trains."""
        if not self.is_busy():
            this_system().kill(self.child.pid)
            self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def _answers(self) -> int:
        assert self.child.stdout is not None
        with contextlib.suppress(BlockingIOError, ValueError):  # Nothing new; or it was let go.
            if said := os.read(self.child.stdout.fileno(), 64).count(b"\n"):
                self._over += said
                self._free_since = time.monotonic()
        return self._over
