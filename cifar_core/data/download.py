"""Downloading an official archive: shown, resumable, checked, never half-written."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from cifar_core.data.known import Archive
from cifar_core.errors import CifarLabError, DataError
from cifar_core.http_client import open_client, reason_of
from cifar_core.settings import Settings
from cifar_core.system.files import replace
from cifar_core.system.refusals import refused
from cifar_core.words.sentences import as_sentence

_TIMEOUT = 30.0  # seconds without a byte
_ATTEMPTS = 4  # connections before giving up; each goes on where the last one broke off
_REPORT_EVERY = 0.1  # seconds


@dataclass(frozen=True)
class DownloadProgress:
    """How far a download is.

    Attributes
    ----------
    received : int
        Bytes on disk, those of an earlier, interrupted download included.
    total : int
        Bytes of the whole archive.
    bytes_per_second : float
        Mean speed of this download; 0 until it can be told.
    seconds_left : float or None
        Estimate; None until it can be told.
    """

    received: int
    total: int
    bytes_per_second: float
    seconds_left: float | None

    @property
    def share(self) -> float:
        """Part that has arrived, 0 to 1."""
        return min(1.0, self.received / self.total) if self.total else 0.0


class DownloadCancelled(DataError):
    """The user stopped the download."""


class _Interrupted(Exception):
    """The connection broke off before the end."""


def download(
    archive: Archive,
    settings: Settings,
    *,
    progress: Callable[[DownloadProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Download an archive into the Keras cache, where it is then found.

    What arrives is kept in ``<name>.part``. A broken connection is taken up again where it broke off, also by
    a later call when this process was cancelled or killed. The file gets its name only when its SHA-256 is right.

    Parameters
    ----------
    archive : Archive
        From :data:`cifar_core.data.known.ARCHIVES`.
    settings : Settings
        ``keras_dir`` is where the file goes.
    progress : callable, optional
        Called about ten times a second.
    cancelled : callable, optional
        Asked for each block; the download stops when it returns true.

    Returns
    -------
    Path
        The archive; a file that was already there and is right is not downloaded again.

    Raises
    ------
    DownloadCancelled
        When ``cancelled`` said so; the part is kept, so that the next call goes on from there.
    DataError
        When the server cannot be reached, the file is cut off or is not the official one; nothing is left.
    """
    target = settings.keras_dir / archive.file_name
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _only_one(target, settings):
            if target.is_file() and _sha256(target) == archive.sha256:
                return target
            _fetch_verified(archive, part, progress or (lambda _: None), cancelled or (lambda: False))
            replace(part, target)
    except Timeout as problem:
        raise DataError(
            f"{archive.file_name} is being downloaded by another process. Wait until it is there."
        ) from problem
    except OSError as problem:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        helps = refused(problem, "choose another folder with KERAS_HOME")
        raise DataError(f"{archive.file_name} cannot be written to {target.parent} {helps}") from problem
    return target


def _only_one(target: Path, settings: Settings) -> FileLock:
    # The lock outlives the download, so it lies in our own cache and not beside the data sets.
    folder = settings.cache_dir / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:16]
    return FileLock(folder / f"{name}.lock", timeout=0)


def _fetch_verified(
    archive: Archive, part: Path, progress: Callable[[DownloadProgress], None], cancelled: Callable[[], bool]
) -> None:
    while True:
        resumed = part.exists() and part.stat().st_size > 0
        try:
            _fetch(archive, part, progress, cancelled)
        except DownloadCancelled:
            raise
        except DataError:
            part.unlink(missing_ok=True)
            raise
        if _sha256(part) == archive.sha256:
            return
        part.unlink()
        if not resumed:  # otherwise the old part may have been the bad one: once more, from the start
            raise DataError(
                f"{archive.url} is not the official {archive.file_name}: its SHA-256 is another. It was deleted. "
                "Try again later or from another network."
            )


def _fetch(
    archive: Archive, part: Path, progress: Callable[[DownloadProgress], None], cancelled: Callable[[], bool]
) -> None:
    """Fill ``part`` up to the size of the archive."""
    import httpx

    if part.exists() and part.stat().st_size > archive.size:
        part.unlink()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _continue(archive, part, progress, cancelled)
            return
        except httpx.HTTPStatusError as problem:
            answer = f"{problem.response.status_code} {problem.response.reason_phrase}"
            raise DataError(
                f"{archive.title} was not downloaded: {archive.url} answers “{answer}”. Try again later, or "
                f"download the file in a browser and put it into {part.parent}."
            ) from problem
        except (_Interrupted, httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError) as problem:
            if attempt == _ATTEMPTS:
                raise DataError(
                    f"The download of {archive.file_name} broke off {_ATTEMPTS} times ({reason_of(problem)}). "
                    "What had arrived was deleted. Try again later."
                ) from problem
        except (httpx.RequestError, httpx.InvalidURL) as problem:
            raise DataError(
                f"{archive.title} was not downloaded: {archive.url} cannot be reached ({reason_of(problem)}). "
                "Connect this machine to the internet and try again, or download the file on another one and put it "
                f"into {part.parent}."
            ) from problem


def _continue(
    archive: Archive, part: Path, progress: Callable[[DownloadProgress], None], cancelled: Callable[[], bool]
) -> None:
    """Open one connection and append what comes."""
    import httpx

    start = part.stat().st_size if part.exists() else 0
    if start == archive.size:
        return
    headers = {"Accept-Encoding": "identity"}  # the file itself, whose bytes are counted and checked
    if start:
        headers["Range"] = f"bytes={start}-"
    with (
        open_client(archive.url, seconds=_TIMEOUT) as client,
        client.stream("GET", archive.url, headers=headers) as response,
    ):
        response.raise_for_status()
        if response.status_code != 206:  # the server sends the whole file whatever was asked for
            start = 0
        received, begun, reported = start, time.monotonic(), 0.0
        with part.open("ab" if start else "wb") as file:
            blocks = response.iter_raw()  # as they come: what came before a connection breaks is kept
            while received < archive.size:
                if cancelled():
                    raise DownloadCancelled(
                        f"The download of {archive.file_name} was cancelled. "
                        "The next download goes on from where it stopped."
                    )
                try:
                    block = next(blocks, b"")
                except httpx.RemoteProtocolError:  # the server has left in the middle
                    block = b""
                if not block:
                    raise _Interrupted(f"{received:,} of {archive.size:,} bytes came")
                file.write(block)
                received += len(block)
                now = time.monotonic()
                if now - reported >= _REPORT_EVERY or received >= archive.size:
                    reported = now
                    progress(_progress(archive, start, received, now - begun))


def _progress(archive: Archive, start: int, received: int, seconds: float) -> DownloadProgress:
    speed = (received - start) / seconds if seconds > 0 else 0.0
    left = max(0, archive.size - received) / speed if speed > 0 else None
    return DownloadProgress(received, archive.size, speed, left)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class DownloadSnapshot:
    """What a :class:`DownloadJob` was doing at one moment.

    Attributes
    ----------
    state : {"running", "finished", "cancelled", "failed"}
        Where it stands.
    progress : DownloadProgress or None
        None until the first bytes have come.
    message : str or None
        Why it failed or was cancelled, as a sentence.
    path : Path or None
        The archive, when it is finished.
    """

    state: Literal["running", "finished", "cancelled", "failed"]
    progress: DownloadProgress | None = None
    message: str | None = None
    path: Path | None = None


class DownloadJob:
    """A download in a background thread, begun by creating it.

    Parameters
    ----------
    archive : Archive
        What to download.
    settings : Settings
        Where to put it.
    """

    def __init__(self, archive: Archive, settings: Settings) -> None:
        self.archive = archive
        self._settings = settings
        self._cancel = threading.Event()
        self._snapshot = DownloadSnapshot("running")  # replaced as a whole, so readers need no lock
        self._thread = threading.Thread(target=self._work, name=f"download {archive.key}", daemon=True)
        self._thread.start()

    def snapshot(self) -> DownloadSnapshot:
        """Tell how far the download is; from any thread, at once."""
        return self._snapshot

    def cancel(self) -> None:
        """Ask the download to stop; what has arrived is kept for the next time."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> DownloadSnapshot:
        """Wait until the download has ended, at most ``seconds``, and tell how far it is."""
        self._thread.join(seconds)
        return self._snapshot

    def _work(self) -> None:
        try:
            path = download(
                self.archive,
                self._settings,
                progress=lambda progress: self._show(DownloadSnapshot("running", progress)),
                cancelled=self._cancel.is_set,
            )
        except DownloadCancelled as problem:
            self._show(DownloadSnapshot("cancelled", self._snapshot.progress, str(problem)))
        except CifarLabError as problem:
            self._show(DownloadSnapshot("failed", self._snapshot.progress, str(problem)))
        except Exception as problem:  # a page that polls a dead thread would wait for ever
            self._show(
                DownloadSnapshot(
                    "failed", self._snapshot.progress, f"The download failed: {as_sentence(problem)}"
                )
            )
            raise
        else:
            self._show(DownloadSnapshot("finished", self._snapshot.progress, path=path))

    def _show(self, snapshot: DownloadSnapshot) -> None:
        self._snapshot = snapshot
