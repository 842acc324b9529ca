"""Pictures converted once into plain arrays on disk, opened in milliseconds ever after.

Each data set has a folder ``<cache>/data/<source>-<state>`` with four ``.npy`` files and a ``dataset.json``.
``<state>`` is made from the sizes and modification times of the source files, so a changed source is a new
folder. A folder is written under another name and renamed when it is complete: whoever sees it sees all of it. Where a
damaged one cannot be removed, because Windows keeps what somebody has mapped, the new one is called ``….2``.
The arrays are memory-mapped read-only, so that any number of processes share one copy in memory.
"""

import hashlib
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from cifar_core.data.broken import forget_broken, keep_broken
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.reading import Preparation, ReadingReport
from cifar_core.errors import BrokenPicturesError, DamagedArchiveError, DataError
from cifar_core.system.files import read_bytes, remove_folder, replace
from cifar_core.system.refusals import refused

_FORMAT = 4  # raise when the files below change their meaning; older folders are then converted again
_ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")
_MOST_RECORD_BYTES = 16_000_000  # it names each class, and files that were left out


_failed: dict[Path, DataError] = {}
"""The last conversion of this process that failed: pages ask for their data set with every click."""


class _FileState(BaseModel):
    """Size in bytes and modification time in nanoseconds: cheap to compare, changed by any later write."""

    model_config = ConfigDict(frozen=True)
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> "_FileState":
        stat = path.stat()
        return cls(size=stat.st_size, mtime_ns=stat.st_mtime_ns)


class CachedRecord(BaseModel):
    """What ``dataset.json`` says of a converted data set; see :class:`~cifar_core.data.dataset.Dataset`."""

    model_config = ConfigDict(frozen=True)
    format: int
    name: str
    class_names: tuple[str, ...]
    source: str
    verified: bool
    fingerprint: str
    train_count: int
    test_count: int
    preparation: Preparation | None
    report: ReadingReport
    files: dict[str, _FileState]


def source_state(paths: Iterable[Path], root: Path) -> str:
    """Describe the state of source files by name, size and modification time, without reading them.

    Parameters
    ----------
    paths : iterable of Path
        The files; those that do not exist are skipped.
    root : Path
        Names are taken relative to this folder.

    Returns
    -------
    str
        16 hexadecimal digits that change when a file is added, removed or written.
    """
    digest = hashlib.sha256()
    for path in sorted(paths):
        try:
            stat = path.stat()
        except OSError:
            continue
        name = os.fsencode(path.relative_to(root))  # which need not be UTF-8
        digest.update(name + f"\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def cache_folder(cache_dir: Path, source: str, state: str) -> Path:
    """Return the folder in which a converted data set is kept, whether it is there or not.

    Parameters
    ----------
    cache_dir : Path
        ``Settings.cache_dir``.
    source : str
        Any text that names what is converted, such as a path.
    state : str
        From :func:`source_state`: another state is another folder.
    """
    return cache_dir / "data" / f"{_source_id(source)}-{state}"


def _source_id(source: str) -> str:
    return hashlib.sha256(f"{_FORMAT}\0{source}".encode()).hexdigest()[:16]


def peek(folder: Path) -> CachedRecord | None:
    """Read what is known of a converted data set without opening its pictures; None when it is not there."""
    records = (_read_record(one) for one in _with_numbered(folder))
    return next((record for record in records if record is not None), None)


def _with_numbered(folder: Path) -> tuple[Path, ...]:
    return (folder, *sorted(folder.parent.glob(f"{folder.name}.*")))


def _read_record(folder: Path) -> CachedRecord | None:
    try:
        record = CachedRecord.model_validate_json(read_bytes(folder / "dataset.json", _MOST_RECORD_BYTES))
        intact = record.format == _FORMAT and all(
            record.files.get(name) == _FileState.of(folder / f"{name}.npy") for name in _ARRAYS
        )
    except (OSError, ValidationError):
        return None
    return record if intact else None


def open_cached(
    cache_dir: Path, *, key: str, source: str, state: str, convert: Callable[[], Dataset]
) -> Dataset:
    """Open a data set from the cache, converting it first when it is not there or damaged.

    Parameters
    ----------
    cache_dir : Path
        ``Settings.cache_dir``.
    key : str
        Becomes ``Dataset.key``.
    source : str
        Names what is converted: a path and the kind of labels.
    state : str
        From :func:`source_state`.
    convert : callable
        Reads the data set into memory. Of several processes that open it at once, one calls this.

    Returns
    -------
    Dataset
        Its arrays are read-only memory maps.

    Raises
    ------
    DataError
        From ``convert``, or when the cache cannot be written.
    """
    folder = cache_folder(cache_dir, source, state)
    opened = _open(folder, key)
    if opened is not None:
        return opened
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f"{_source_id(source)}.lock"):
            opened = _open(folder, key)  # another process may have converted it while this one waited
            if opened is None:
                _write(folder, _converted(folder, convert))
                opened = _open(folder, key)
    except OSError as problem:
        helps = refused(problem, "choose another folder with CIFAR_LAB_CACHE")
        raise DataError(f"The converted pictures cannot be written to {cache_dir} {helps}") from problem
    if opened is None:
        raise DataError(f"The converted pictures in {folder} cannot be read back. Check that disk.")
    return opened


def _converted(folder: Path, convert: Callable[[], Dataset]) -> Dataset:
    """Convert a data set; where it failed in the very same state before, that is said again without reading it."""
    if folder in _failed:
        raise _failed[folder].with_traceback(None)
    try:
        return convert()
    except (BrokenPicturesError, DamagedArchiveError) as problem:  # only after all was tried
        _failed.clear()
        _failed[folder] = problem
        if isinstance(problem, BrokenPicturesError):
            keep_broken(folder, problem)
        raise


def _open(folder: Path, key: str) -> Dataset | None:
    opened = (_open_one(one, key) for one in _with_numbered(folder))
    return next((dataset for dataset in opened if dataset is not None), None)


def _open_one(folder: Path, key: str) -> Dataset | None:
    record = _read_record(folder)
    if record is None:
        return None
    try:
        arrays = [np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS]
    except Exception:  # What a damaged header raises depends on where the damage is: nearly anything.
        return None
    train_images, train_labels, test_images, test_labels = arrays
    for images, labels, count in (
        (train_images, train_labels, record.train_count),
        (test_images, test_labels, record.test_count),
    ):
        if images.shape != (count, 32, 32, 3) or images.dtype != np.uint8:
            return None
        if labels.shape != (count,) or labels.dtype != np.int64:
            return None
    return Dataset(
        key=key,
        name=record.name,
        class_names=record.class_names,
        train=Split(train_images, train_labels),
        test=Split(test_images, test_labels),
        source=record.source,
        verified=record.verified,
        fingerprint=record.fingerprint,
        preparation=record.preparation,
        report=record.report,
    )


def _write(folder: Path, dataset: Dataset) -> None:
    """Write under another name, then rename; called under the lock of the source."""
    source_id = folder.name.split("-")[0]
    forget_broken(folder)
    for older in folder.parent.glob(f"{source_id}-*"):  # of an earlier state, damaged, or left by a crash
        shutil.rmtree(older, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{source_id}-draft-", dir=folder.parent))
    try:
        contents: dict[str, NDArray[np.uint8] | NDArray[np.int64]] = {
            "train_images": dataset.train.images,
            "train_labels": dataset.train.labels,
            "test_images": dataset.test.images,
            "test_labels": dataset.test.labels,
        }
        for name, array in contents.items():
            np.save(draft / f"{name}.npy", array, allow_pickle=False)
        record = CachedRecord(
            format=_FORMAT,
            name=dataset.name,
            class_names=dataset.class_names,
            source=dataset.source,
            verified=dataset.verified,
            fingerprint=dataset.fingerprint,
            train_count=len(dataset.train),
            test_count=len(dataset.test),
            preparation=dataset.preparation,
            report=dataset.report,
            files={name: _FileState.of(draft / f"{name}.npy") for name in _ARRAYS},
        )
        (draft / "dataset.json").write_text(json.dumps(record.model_dump(), indent=1), encoding="utf-8")
        replace(draft, _free_name(folder))
    finally:
        remove_folder(draft)


def _free_name(folder: Path) -> Path:
    """Return the folder itself, or with a number where what lies there is mapped by somebody and cannot go."""
    names = itertools.chain(
        [folder], (folder.with_name(f"{folder.name}.{number}") for number in itertools.count(2))
    )
    return next(name for name in names if not name.exists())
