"""Arrays computed from a data set's pictures, kept in the cache so that they are computed once."""

import contextlib
import os
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.file_cache import file_cached
from cifar_core.system.files import replace

_FILES_KEPT = 8
"""The largest, thumbnails of 50,000 pictures, has 19 MB."""

Arrays = Mapping[str, NDArray[Any]]
Splits = SplitName | Literal["both"]


def derived_arrays(
    dataset: Dataset,
    split: Splits,
    what: str,
    shapes: Mapping[str, tuple[int, ...]],
    compute: Callable[[], Arrays],
    cache_dir: Path,
) -> Arrays:
    """Read arrays from the cache, computing them first when they are not there.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the cache file.
    split : {"train", "test", "both"}
        Which split they were computed from.
    what : str
        What they are, in a word: the name of their folder in the cache.
    shapes : mapping of str to tuple of int
        Names and shapes of the arrays; a file that holds others is computed anew.
    compute : callable
        Computes them.
    cache_dir : Path
        ``Settings.cache_dir``. A cache that cannot be written costs time, not the result.
    """
    kept = stored_arrays(dataset, split, what, shapes, cache_dir)
    if kept is not None:
        return kept
    computed = compute()  # It was not there yet, or damaged.
    keep_arrays(dataset, split, what, computed, cache_dir)
    return computed


def stored_arrays(
    dataset: Dataset, split: Splits, what: str, shapes: Mapping[str, tuple[int, ...]], cache_dir: Path
) -> Arrays | None:
    """Read arrays from the cache; ``None`` where they are not there.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the cache file.
    split : {"train", "test", "both"}
        Which split they were computed from.
    what : str
        The name of their folder in the cache.
    shapes : mapping of str to tuple of int
        Names and shapes of the arrays; a file that holds others is as none.
    cache_dir : Path
        ``Settings.cache_dir``.
    """
    with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        arrays = _read(_path(dataset, split, what, cache_dir), tuple(shapes))
        if all(arrays[name].shape == shape for name, shape in shapes.items()):
            return arrays
    return None


def keep_arrays(dataset: Dataset, split: Splits, what: str, arrays: Arrays, cache_dir: Path) -> None:
    """Write arrays into the cache, where :func:`stored_arrays` finds them.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint names the cache file.
    split : {"train", "test", "both"}
        Which split they were computed from.
    what : str
        The name of their folder in the cache.
    arrays : mapping of str to ndarray
        What is kept.
    cache_dir : Path
        ``Settings.cache_dir``. A cache that cannot be written keeps nothing.
    """
    _save(_path(dataset, split, what, cache_dir), arrays)


def _path(dataset: Dataset, split: Splits, what: str, cache_dir: Path) -> Path:
    return cache_dir / what / f"{dataset.fingerprint}-{split}.npz"


@file_cached(most=_FILES_KEPT)
def _read(path: Path, names: tuple[str, ...]) -> Arrays:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in names}


def _save(path: Path, arrays: Arrays) -> None:
    draft = path.with_name(f"{path.stem}.{os.getpid()}.{threading.get_ident()}.draft.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(draft, **arrays)  # type: ignore[arg-type]
        replace(draft, path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
