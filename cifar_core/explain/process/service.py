"""The dashboard's side of the explanation process."""

import contextlib
import os
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Client, Connection
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.inside.seen import InsideRequest, Peaks, PeaksRequest, Seen
from cifar_core.explain.methods.method import Told
from cifar_core.explain.process.child import WORKER_COMMAND, start_child
from cifar_core.explain.process.protocol import (
    Failure,
    FeaturesRequest,
    PredictRequest,
    Progress,
    Ready,
    Request,
    Stop,
)
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.hardware.process_watch import MODEL_MEMORY_BYTES, ProcessWatch, too_much_memory
from cifar_core.system.exits import how_it_ended, own_sentence
from cifar_core.system.files import temporary_folder

_END_SECONDS = 2.0
START_SECONDS = 180.0
"""TensorFlow is imported within this time, on a slow machine that is also training."""

ANSWER_SECONDS = 60.0
"""Within this time a request is answered; the first one for a model loads and compiles it."""

_WATCH_SECONDS = 1.0


class InferenceService:
    """Explains pictures in one long-lived child process; safe to share between threads.

    The process that holds this object never imports TensorFlow. A child that was killed is started again by the
    next request; one that does not answer in time is ended and started again.

    Parameters
    ----------
    command : sequence of str, optional
        What to start; for tests.
    start_seconds : float
        How long to wait for the child to be ready.
    memory_bytes : int
        Most memory that the child may hold; beyond it it is ended.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] = WORKER_COMMAND,
        start_seconds: float = START_SECONDS,
        memory_bytes: int = MODEL_MEMORY_BYTES,
    ) -> None:
        self._command = tuple(command)
        self._start_seconds = start_seconds
        self._lock = threading.Lock()
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: ProcessWatch | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._connection: Connection | None = None
        self._closed = False

    def start(self) -> None:
        """Begin to warm the child process up in the background and return at once."""
        threading.Thread(target=self._warm_up, name="explanation warm-up", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether a request would be answered without waiting for the child process to start."""
        return self._connection is not None and self._process is not None and self._process.poll() is None

    @property
    def process_id(self) -> int | None:
        """The child's process id, or ``None`` when there is none."""
        return None if self._process is None else self._process.pid

    def explain(
        self, question: Question, *, timeout: float = ANSWER_SECONDS, told: Told = lambda share: None
    ) -> tuple[Explanation, ...]:
        """Ask the child process a question; it answers with an explanation of each picture.

        Parameters
        ----------
        question : Question
            What is asked of which network.
        timeout : float
            Seconds to wait for the answer, or for word of progress, not counting the start of the child process.
        told : callable
            Told the share that is done, while that is less than all. What it raises stops the work and is raised here.

        Raises
        ------
        ExplainError
            The model cannot be opened, has no such class or layer, or no answer came in time.
        """
        asked = replace(question, model=question.model.resolve())  # the child works in another folder
        answer: tuple[Explanation, ...] = self._ask(asked, timeout, told)
        return answer

    def predict(
        self, model_path: Path, images: NDArray[np.uint8], *, timeout: float = ANSWER_SECONDS
    ) -> NDArray[np.float32]:
        """Return what a network gives for pictures.

        Parameters
        ----------
        model_path : Path
            A ``model.keras``.
        images : ndarray of uint8, shape (N, 32, 32, 3)
            RGB pictures.
        timeout : float
            Seconds to wait for the answer, not counting the start of the child process.

        Returns
        -------
        ndarray of float32, shape (N, classes)
            Logits.

        Raises
        ------
        ExplainError
            The model cannot be opened, or no answer came in time.
        """
        asked = PredictRequest(model_path.resolve(), np.asarray(images))
        logits: NDArray[np.float32] = self._ask(asked, timeout)
        return logits

    def features(
        self, model_path: Path, images: NDArray[np.uint8], *, timeout: float = ANSWER_SECONDS
    ) -> NDArray[np.float32]:
        """Return what a network makes of pictures before it decides: what goes into its last layer.

        Parameters
        ----------
        model_path : Path
            A ``model.keras``.
        images : ndarray of uint8, shape (N, 32, 32, 3)
            RGB pictures.
        timeout : float
            Seconds to wait for the answer, not counting the start of the child process.

        Returns
        -------
        ndarray of float32, shape (N, k)
            As :meth:`cifar_core.explain.explainer.LoadedModel.features` has it.

        Raises
        ------
        ExplainError
            The model cannot be opened, or no answer came in time.
        """
        asked = FeaturesRequest(model_path.resolve(), np.asarray(images))
        features: NDArray[np.float32] = self._ask(asked, timeout)
        return features

    def look_inside(self, request: InsideRequest) -> Seen:
        """Ask for what the layers of a network make of one picture; raises as :meth:`predict` does."""
        seen: Seen = self._ask(replace(request, model=request.model.resolve()), ANSWER_SECONDS)
        return seen

    def peaks(self, request: PeaksRequest) -> Peaks:
        """Ask for the highest value of each channel in each picture, and where; raises as :meth:`predict` does."""
        peaks: Peaks = self._ask(replace(request, model=request.model.resolve()), ANSWER_SECONDS)
        return peaks

    def close(self) -> None:
        """End the child process; a later request raises."""
        self._closed = True
        self._end_process()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _warm_up(self) -> None:
        with self._lock, contextlib.suppress(ExplainError):  # the request that follows reports it
            self._connected()

    def _ask(self, request: Request, timeout: float, told: Told = lambda share: None) -> Any:
        if not self._lock.acquire(timeout=self._start_seconds + timeout):
            raise ExplainError("The explanation process is busy with other pictures. Try again in a moment.")
        try:
            try:
                answer = self._exchange(request, timeout, told)
            except (EOFError, OSError):
                self._check_memory()
                # The child was killed, now or since the last request. Once may be chance; twice, it is the request.
                self._end_process()
                try:
                    answer = self._exchange(request, timeout, told)
                except (EOFError, OSError) as error:
                    self._check_memory()
                    self._end_process()
                    raise ExplainError(
                        "The explanation process ended while it worked on this picture. "
                        "Close other programs if memory is short, then try again."
                    ) from error
        finally:
            self._lock.release()
        if isinstance(answer, Failure):
            raise ExplainError(answer.message)
        return answer

    def _check_memory(self) -> None:
        """Say so where the child was ended for the memory that it took: the same question would take it again."""
        if self._watch is None:
            return
        self._watch.join(_WATCH_SECONDS)
        if self._watch.ended_for == "memory":
            self._end_process()
            raise ExplainError(f"{too_much_memory(self._memory_bytes)} Choose another run.")

    def _exchange(self, request: Request, timeout: float, told: Told) -> Any:
        connection = self._connected()
        connection.send(request)
        while isinstance(said := self._receive(connection, timeout), Progress):
            try:
                told(said.share)
            except BaseException:  # whoever asked has left
                with contextlib.suppress(ExplainError, EOFError, OSError):
                    connection.send(Stop())
                    while isinstance(self._receive(connection, timeout), Progress):
                        pass
                raise
        return said

    def _receive(self, connection: Connection, timeout: float) -> Any:
        if not connection.poll(timeout):
            self._end_process()
            self.start()
            raise ExplainError(
                f"The explanation took longer than {timeout:g} seconds and was ended. Try again; "
                "if a training is running, it may be slow until that is done."
            )
        return connection.recv()

    def _connected(self) -> Connection:
        """Return the connection to a child that is ready, starting one if need be. Needs the lock."""
        if self._connection is not None:
            return self._connection
        self._refuse_when_closed()
        deadline = time.monotonic() + self._start_seconds
        with temporary_folder() as folder, tempfile.TemporaryFile() as errors:
            # A socket in a folder that only this user can open; Windows has named pipes instead.
            address = "" if os.name == "nt" else str(Path(folder) / "explain.sock")
            try:
                connection = self._launch(address, errors, deadline)
            except (EOFError, OSError, ValueError) as error:
                # ValueError: close(), in another thread, closed the pipe.
                self._refuse_when_closed()
                self._check_memory()
                late = time.monotonic() >= deadline
                exit_code = self._end_process(patience=0 if late else _END_SECONDS)
                errors.seek(0)
                said = errors.read().decode(errors="replace")
                reason = own_sentence(exit_code, said) or f"it {how_it_ended(exit_code, said)}"
                if late:
                    reason = f"it was not ready within {self._start_seconds:g} seconds"
                raise ExplainError(
                    f"The explanation process could not be started: {reason}. "
                    "Check that TensorFlow is installed: pip install -r requirements.txt."
                ) from error
        self._connection = connection
        self._refuse_when_closed()  # closed by another thread while the child was starting
        return connection

    def _launch(self, address: str, errors: IO[bytes], deadline: float) -> Connection:
        home = self._home = temporary_folder()  # self.… may be taken away by close() at any moment
        process = self._process = start_child(self._command, home.name, errors)
        if self._closed:  # before it knew of this child
            raise EOFError
        self._watch = ProcessWatch(process, self._memory_bytes)
        assert process.stdin is not None
        assert process.stdout is not None
        # Ends a child that hangs before it is ready; its end closes the pipe or the connection we wait on.
        watchdog = threading.Timer(deadline - time.monotonic(), process.kill)
        watchdog.start()
        try:
            key = secrets.token_bytes(32)
            process.stdin.write(f"{address}\n{key.hex()}\n".encode())
            process.stdin.flush()
            told = process.stdout.readline().decode().strip()
            if not told:
                raise EOFError
            connection = Client(told, authkey=key)
            if not isinstance(connection.recv(), Ready):
                raise EOFError
            return connection
        finally:
            watchdog.cancel()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            self._end_process()
            raise ExplainError("The explanation process has been closed. Start the dashboard again.")

    def _end_process(self, patience: float = 0) -> int:
        """End the child, which may end by itself for so many seconds; return its exit code."""
        connection, self._connection = self._connection, None
        process, self._process = self._process, None
        home, self._home = self._home, None
        if connection is not None:
            connection.close()
        exit_code = 0
        if process is not None:
            if patience:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            exit_code = process.wait()
        if home is not None:
            home.cleanup()
        return exit_code
