"""The explanation process: ``python -m cifar_core.explain.process.worker``, started by the inference service.

It is the only part of the dashboard that imports TensorFlow. The key of the connection arrives on standard
input and the address is told on standard output; nothing secret stands on a command line. The process ends
when standard input closes: the dashboard is gone then, however it ended.
"""

import signal
import sys
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path

from cifar_core.errors import CifarLabError
from cifar_core.explain.explainer import Explainer
from cifar_core.explain.inside.look import find_peaks, look_inside
from cifar_core.explain.inside.seen import InsideRequest, PeaksRequest
from cifar_core.explain.methods.method import Told
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
from cifar_core.lean_keras import import_keras
from cifar_core.runs.processes import end_with_parent
from cifar_core.system.streams import make_streams_safe, say_traceback
from cifar_core.words.sentences import as_sentence

TELL_SECONDS = 0.2
"""Between two words on how far the work is; what takes less says none."""


def main() -> None:
    """Wait for the dashboard, answer its requests one by one, end with it."""
    make_streams_safe()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C in the terminal ends the dashboard, and that ends us.
    address = sys.stdin.buffer.readline().decode().strip() or None
    key = bytes.fromhex(sys.stdin.buffer.readline().decode().strip())
    end_with_parent()
    with Listener(address, authkey=key) as listener:
        print(listener.address, flush=True)
        connection = _accept(listener)
    with connection:
        try:
            _import_backend()
        except CifarLabError as problem:
            sys.exit(str(problem))  # The last line on standard error is what the dashboard shows.
        connection.send(Ready())
        serve(connection)


def serve(connection: Connection) -> None:
    """Answer requests until the other side closes the connection."""
    explainer = Explainer()
    while True:
        try:
            request = connection.recv()
        except (EOFError, ConnectionError):
            return
        if isinstance(request, Stop):
            continue  # it came after the answer
        try:
            connection.send(answer(explainer, request, _Teller(connection)))
        except (EOFError, ConnectionError):
            return


class _StoppedError(Exception):
    """Nobody waits for the answer."""


class _Teller:
    """Tells the other side how far the work is, now and then, and stops it when it is told to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = time.monotonic()

    def __call__(self, share: float) -> None:
        if self._connection.poll():
            self._connection.recv()  # While it waits for an answer the other side says nothing else.
            raise _StoppedError
        if time.monotonic() - self._last >= TELL_SECONDS:
            self._last = time.monotonic()
            self._connection.send(Progress(share))


def answer(explainer: Explainer, request: Request, told: Told = lambda share: None) -> object:
    """Compute one answer; a problem becomes a :class:`Failure` and never ends the process.

    Parameters
    ----------
    explainer : Explainer
        Holds the models that were asked lately.
    request : PredictRequest, FeaturesRequest, InsideRequest, PeaksRequest or Question
        What came through the connection.
    told : callable
        Told which share of a question is answered.

    Returns
    -------
    ndarray of float32, Seen, Peaks, tuple of Explanation or Failure
        Logits, features or highest values, what is inside, an explanation of each picture, or a sentence for the
        person who asked.
    """
    try:
        match request:
            case PredictRequest():
                return explainer.model(request.model).predict(request.pictures)
            case FeaturesRequest():
                return explainer.model(request.model).features(request.pictures)
            case InsideRequest():
                return look_inside(explainer.model(request.model).network, request)
            case PeaksRequest():
                asked = explainer.model(request.model)
                return find_peaks(asked.network, request, asked.geometry)
            case Question():
                return explainer.explain(request, told)
    except (EOFError, ConnectionError):
        raise  # nobody is there to be told
    except _StoppedError:
        return Failure("The work was stopped, because nobody waited for it. Ask again.")
    except CifarLabError as error:
        return Failure(str(error))
    except Exception as error:
        say_traceback()
        reason = as_sentence((str(error).strip() or type(error).__name__).splitlines()[0], 200)
        return Failure(f"The picture could not be explained: {reason} Try another model or picture.")


def _accept(listener: Listener) -> Connection:
    while True:
        try:
            return listener.accept()
        except (AuthenticationError, EOFError, ConnectionError):
            continue  # another program, without the key; the dashboard is still to come


def _import_backend() -> None:
    """Import TensorFlow and compile something small, so that the first request finds everything warm."""
    import_keras()
    import keras
    import numpy as np

    from cifar_core.explain.explainer import LoadedModel

    layers = keras.layers
    small = keras.Sequential(
        [keras.Input((32, 32, 3)), layers.Conv2D(1, 3), layers.Flatten(), layers.Dense(2)]
    )
    LoadedModel(small).explain(Question(Path(), np.zeros((1, 32, 32, 3), np.uint8)))


if __name__ == "__main__":
    main()
