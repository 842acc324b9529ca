"""A metrics file that grows: who looks every second reads what is new, not all of it again."""

import threading
from collections import OrderedDict
from pathlib import Path

from cifar_core.file_cache import FileVersion
from cifar_core.runs.metrics import MOST_BYTES, Metrics, parse_metrics, read_metrics
from cifar_core.system.files import open_regular

_FILES_KEPT = 64
_PROOF_BYTES = 64


class MetricsFollower:
    """Reads one metrics file again and again; the same object comes back while nothing is new.

    Parameters
    ----------
    path : Path
        A ``metrics.jsonl``, which need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._version: FileVersion | None = None
        self._offset = 0
        self._proof = b""
        self._whole = self._shown = Metrics()

    def read(self) -> Metrics:
        """Return all that the file says now; lines that are torn or unknown are passed over."""
        with self._lock:
            try:
                version = FileVersion.of(self._path)
                if version.size > MOST_BYTES:
                    self._forget()
                    self._shown = read_metrics(self._path)  # It says why nothing is read.
                elif version != self._version:
                    self._read_on(
                        same_file=self._version is not None and version.inode == self._version.inode
                    )
                    self._version = version
            except OSError:
                self._forget()
                self._shown = read_metrics(self._path)
            return self._shown

    def _read_on(self, *, same_file: bool) -> None:
        with open_regular(self._path) as file:
            start = self._offset - len(self._proof)
            file.seek(start)
            content = file.read(MOST_BYTES)
            # Another file, one that was cut, or one written anew: what was read before counts no longer.
            if not same_file or not content.startswith(self._proof):
                self._forget()
                file.seek(0)
                content = file.read(MOST_BYTES)
        new = content[len(self._proof) :]
        end = new.rfind(b"\n") + 1
        self._whole = parse_metrics(new[:end], self._whole)
        self._offset += end
        self._proof = content[: len(self._proof) + end][-_PROOF_BYTES:]
        # A last line without its end may be whole all the same; it is read once more with the next ones.
        self._shown = parse_metrics(new[end:], self._whole) if new[end:] else self._whole


_followers: "OrderedDict[Path, MetricsFollower]" = OrderedDict()
_followers_lock = threading.Lock()


def follow_metrics(path: Path) -> Metrics:
    """Read a metrics file, and only what is new in it if this process has read it lately.

    Parameters
    ----------
    path : Path
        A ``metrics.jsonl``, which need not be there yet.
    """
    with _followers_lock:
        follower = _followers.setdefault(path, MetricsFollower(path))
        _followers.move_to_end(path)
        while len(_followers) > _FILES_KEPT:
            _followers.popitem(last=False)
    return follower.read()
