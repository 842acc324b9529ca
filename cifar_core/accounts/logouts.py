"""When people logged out: a copied cookie must not outlive *Log out*."""

import json
import math
import time
from pathlib import Path

from filelock import FileLock

from cifar_core.file_cache import file_cached
from cifar_core.system.files import read_document

_EVERYBODY = "*"
"""Stands for all people, in the place of an address: it holds no “@”."""


class Logouts:
    """The moment at which each person logged out last; what was signed before it is void, in every browser.

    A damaged file has forgotten who logged out. Then all logins from before it was damaged are void: to log in once
    more costs a person a moment, a copied cookie that counts again costs more.

    Parameters
    ----------
    file : Path
        Where the moments are kept, so that a server that is started again knows them; made with the first one.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, person: str, now: float) -> None:
        """Log somebody out everywhere.

        Parameters
        ----------
        person : str
            E-mail address in small letters.
        now : float
            Seconds since 1970.
        """
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._file}.lock"):
            temporary = self._file.with_suffix(".new")
            temporary.write_text(json.dumps(_read(self._file) | {person: now}, indent=1), encoding="utf-8")
            temporary.replace(self._file)

    def is_void(self, person: str, signed: float) -> bool:
        """Tell whether a login ended since it was signed.

        Parameters
        ----------
        person : str
            E-mail address in small letters.
        signed : float
            When the login was signed, in whole seconds since 1970: one of the very second of a logout counts as new.
        """
        moments = _read(self._file)
        return signed < int(max(moments.get(person, 0), moments.get(_EVERYBODY, 0)))


@file_cached(most=16)
def _read(file: Path) -> dict[str, float]:
    try:
        moments = json.loads(read_document(file))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        moments = None
    known = moments.items() if isinstance(moments, dict) else ()
    kept = {
        person: moment
        for person, moment in known
        if isinstance(moment, int | float) and not isinstance(moment, bool) and math.isfinite(moment)
    }
    if isinstance(moments, dict) and len(kept) == len(moments):
        return kept
    return kept | {_EVERYBODY: max(kept.get(_EVERYBODY, 0), _damaged_at(file))}


def _damaged_at(file: Path) -> float:
    """Return when a file was written last, and no moment that is still to come: then nobody could log in."""
    try:
        return min(file.stat().st_mtime, time.time())
    except OSError:
        return time.time()
