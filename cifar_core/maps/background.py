"""Work that takes minutes, done one after the other beside the pages, with how far it is."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from cifar_core.errors import CifarLabError

MOST_WAITING = 16
"""More is refused, so that one class does not keep a server busy for a day."""

Told = Callable[[str, float], None]
"""Called with what is being done, in words, and how much of it is, 0 to 1."""


@dataclass(frozen=True)
class Progress:
    """How far a work is.

    Attributes
    ----------
    doing : str
        What is being done, in words.
    share : float
        How much of that is done, 0 to 1.
    problem : str or None
        Why it failed, as a sentence.
    """

    doing: str
    share: float
    problem: str | None = None


class _StoppedError(Exception):
    """Somebody wants no more of a work."""


class Background:
    """Does one work after the other; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._progress: dict[str, Progress] = {}
        self._unwanted: set[str] = set()

    def start(self, key: str, work: Callable[[Told], None]) -> None:
        """Begin a work, or wait for its turn; one that is under way already is left alone.

        Parameters
        ----------
        key : str
            What it is.
        work : callable
            Does it, and tells how far it is.
        """
        with self._lock:
            known = self._progress.get(key)
            if known is not None and known.problem is None:
                return
            waiting = sum(one.problem is None for one in self._progress.values())
            if waiting >= MOST_WAITING:
                problem = f"{waiting} maps are being computed already. Try again when some are done."
                self._progress[key] = Progress("", 0.0, problem)
                return
            self._progress[key] = Progress("Waiting for another map", 0.0)
        # Of the background, so that the server can end while it works.
        threading.Thread(target=self._do, args=(key, work), name=f"map {key}", daemon=True).start()

    def stop(self, key: str) -> None:
        """End a work the next time it tells how far it is.

        Parameters
        ----------
        key : str
            What it is.
        """
        with self._lock:
            if key in self._progress:
                self._unwanted.add(key)

    def progress(self, key: str) -> Progress | None:
        """Return how far a work is; ``None`` where it was never begun, or is done.

        Parameters
        ----------
        key : str
            What it is.
        """
        with self._lock:
            return self._progress.get(key)

    def _do(self, key: str, work: Callable[[Told], None]) -> None:
        def told(doing: str, share: float) -> None:
            with self._lock:
                if key in self._unwanted:
                    raise _StoppedError
                self._progress[key] = Progress(doing, share)

        try:
            with self._turn:
                told("Beginning", 0.0)
                work(told)
        except _StoppedError:
            self._end(key, None)
        except CifarLabError as problem:
            self._end(key, str(problem))
        except Exception as error:
            self._end(key, f"It failed: {type(error).__name__}. Try again.")
            raise
        else:
            self._end(key, None)

    def _end(self, key: str, problem: str | None) -> None:
        with self._lock:
            self._unwanted.discard(key)
            if problem is None:
                del self._progress[key]
            else:
                self._progress[key] = Progress("", 0.0, problem)
