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


class _Work:
    """One call of :meth:`Background.start`: a later one of the same key is another."""

    def __init__(self) -> None:
        self.progress = Progress("Waiting for its turn", 0.0)
        self.begun = False
        self.unwanted = False


class Background:
    """Does one work after the other; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._works: dict[str, _Work] = {}

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
            known = self._works.get(key)
            if known is not None and known.progress.problem is None:
                return
            waiting = sum(one.progress.problem is None for one in self._works.values())
            self._works[key] = mine = _Work()
            if waiting >= MOST_WAITING:
                problem = f"{waiting} such tasks are waiting already. Try again when some are done."
                mine.progress = Progress("", 0.0, problem)
                return
        # Of the background, so that the server can end while it works.
        threading.Thread(target=self._do, args=(key, mine, work), name=f"map {key}", daemon=True).start()

    def stop(self, key: str) -> None:
        """End a work: at once where it waits for its turn, else the next time it tells how far it is.

        Parameters
        ----------
        key : str
            What it is.
        """
        with self._lock:
            found = self._works.get(key)
            if found is None or found.progress.problem is not None:
                return
            found.unwanted = True
            if found.begun:
                found.progress = Progress("Stopping", found.progress.share)
            else:
                del self._works[key]

    def progress(self, key: str) -> Progress | None:
        """Return how far a work is; ``None`` where it was never begun, or is done.

        Parameters
        ----------
        key : str
            What it is.
        """
        with self._lock:
            found = self._works.get(key)
            return found.progress if found else None

    def _do(self, key: str, mine: _Work, work: Callable[[Told], None]) -> None:
        def told(doing: str, share: float) -> None:
            with self._lock:
                if mine.unwanted:
                    raise _StoppedError
                mine.begun = True
                mine.progress = Progress(doing, share)

        try:
            with self._turn:
                told("Beginning", 0.0)
                work(told)
        except _StoppedError:
            self._end(key, mine, None)
        except CifarLabError as problem:
            self._end(key, mine, str(problem))
        except Exception as error:
            self._end(key, mine, f"It failed: {type(error).__name__}. Try again.")
            raise
        else:
            self._end(key, mine, None)

    def _end(self, key: str, mine: _Work, problem: str | None) -> None:
        with self._lock:
            if problem is not None:
                mine.progress = Progress("", 0.0, problem)
            elif self._works.get(key) is mine:
                del self._works[key]
