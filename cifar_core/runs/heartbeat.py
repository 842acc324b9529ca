"""``heartbeat.json``: the worker's promise of when it will be heard of again."""

import os
import threading
import time
from pathlib import Path
from typing import Annotated, Self

import psutil
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from cifar_core.runs.bounds import Count, Seconds, SecondsSince1970, ShortText, ShownText
from cifar_core.system import this_system
from cifar_core.system.files import read_document, write_atomically
from cifar_core.system.host import this_host
from cifar_core.words.finite import finite

INTERVAL_SECONDS = 1.0
PROMISE_SECONDS = 10.0
"""How far ahead the next beat is promised: importing TensorFlow can hold all threads for some seconds."""
LONGEST_PROMISE_SECONDS = 3600.0
"""No beat promises more; one that does would let a run that has ended look as if it were being trained."""


class Heartbeat(BaseModel):
    """One beat.

    Attributes
    ----------
    pid : int
        Process id of the worker.
    host, host_id : str
        Name and id of the machine it runs on (:class:`~cifar_core.system.host.Host`): a process id says nothing
        elsewhere. Both empty in heartbeats of older versions.
    process_started : float
        Start time of that process in seconds since 1970.
    process_mark : str
        From the operating system: together with ``pid`` it names one process for ever, however the clock is set.
        Empty where the system does not say, and in heartbeats of older versions; then the start time must do.
    written, next_due : float
        When this beat was written and by when the next one is promised, in seconds since 1970.
    stage : str
        What the worker does now, as words for the page: ``"loading data"``, ``"training"``, ``"testing"``.
    epoch, epochs, step, steps : int
        Progress: epoch under way (from 1) of how many, step of how many; zero before training.
    seconds_left : float or None
        Estimated time to the end of the test, counted down from beat to beat.
    still_seconds : float
        How long no step of training, validation or test has ended and no stage begun, counted in beats: neither a
        clock that is set nor a machine that sleeps adds to it. 0 in heartbeats of older versions.
    """

    model_config = ConfigDict(frozen=True)

    pid: int = Field(ge=1, lt=2**31)
    host: ShortText = ""
    host_id: ShortText = ""
    process_started: SecondsSince1970
    process_mark: ShortText = ""
    written: SecondsSince1970
    next_due: SecondsSince1970
    stage: ShownText = "starting"
    epoch: Count = 0
    epochs: Count = 0
    step: Count = 0
    steps: Count = 0
    seconds_left: Annotated[Seconds | None, BeforeValidator(finite)] = None
    still_seconds: Seconds = 0.0

    @model_validator(mode="after")
    def _promises_little(self) -> Self:
        if self.next_due - self.written > LONGEST_PROMISE_SECONDS:
            raise ValueError("it promises the next beat too late")
        return self

    @classmethod
    def read(cls, path: Path) -> "Heartbeat | None":
        """Read the newest beat; ``None`` where there is none, or none that can be read."""
        try:
            return cls.model_validate_json(read_document(path))
        except (OSError, ValidationError):
            return None


class HeartbeatWriter:
    """Writes a beat every second from a thread of its own, with the newest progress, until it is closed.

    Parameters
    ----------
    path : Path
        ``RunPaths.heartbeat``. The first beat is written at once and may raise ``OSError``; later ones never do.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._started = psutil.Process().create_time()
        self._mark = this_system().process_mark(os.getpid())
        self._progress: dict[str, str | int | float | None] = {}
        self._foreseen = time.monotonic()  # when the time that is left was told
        self._still_seconds = 0.0
        self._closed = threading.Event()
        self._write()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def progress(self, **values: str | int | float | None) -> None:
        """Say what the next beats tell: any of ``stage epoch epochs step steps seconds_left``."""
        self._progress = {**self._progress, **values}
        if "seconds_left" in values:
            self._foreseen = time.monotonic()
        self.step()

    def step(self) -> None:
        """Say that a step has ended, of training, validation or test."""
        self._still_seconds = 0.0

    def close(self) -> None:
        """Stop beating."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(INTERVAL_SECONDS):
            try:
                self.beat()
            except OSError:
                # A full disk or a deleted folder must not end the training; a missing beat shows as a stall.
                continue

    def beat(self) -> None:
        """Write the beat that is due after another second."""
        self._still_seconds += INTERVAL_SECONDS
        self._write()

    def _write(self) -> None:
        now, told = time.time(), self._progress
        left = told.get("seconds_left")
        if isinstance(left, int | float):
            told = {**told, "seconds_left": max(0.0, left - (time.monotonic() - self._foreseen))}
        beat = Heartbeat.model_validate(
            {
                "pid": os.getpid(),
                "host": this_host().name,
                "host_id": this_host().id,
                "process_started": self._started,
                "process_mark": self._mark,
                "written": now,
                "next_due": now + PROMISE_SECONDS,
                "still_seconds": self._still_seconds,
                **told,
            }
        )
        write_atomically(self._path, beat.model_dump_json().encode())


def write_first_heartbeat(path: Path, worker: psutil.Process) -> None:
    """Say which process works on a run, before that process can say so itself.

    Parameters
    ----------
    path : Path
        ``RunPaths.heartbeat``; the run's folder must exist.
    worker : psutil.Process
        A living process of this machine; it is promised to be heard of within 30 s.

    Raises
    ------
    psutil.Error
        The process has ended.
    OSError
        The file cannot be written.
    """
    now = time.time()
    beat = Heartbeat(
        pid=worker.pid,
        host=this_host().name,
        host_id=this_host().id,
        process_started=worker.create_time(),
        process_mark=this_system().process_mark(worker.pid),
        written=now,
        # Starting Python and importing a training backend from a cold disk take their time.
        next_due=now + 3 * PROMISE_SECONDS,
    )
    write_atomically(path, beat.model_dump_json().encode())
