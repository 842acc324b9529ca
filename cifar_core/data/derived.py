"""Arrays computed from a data set's pictures, kept in the cache so that they are computed once."""

import contextlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.archive import ArchiveError
from cifar_core.array_file import open_arrays
from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.file_cache import file_cached
from cifar_core.system.drafts import drafted
from cifar_core.system.files import read_bytes

_FILES_KEPT = 8
"""The largest, thumbnails of 50,000 pictures, has 19 MB."""

_LARGEST_NUMBER, _ROOM = 8, 1024
"""Bytes of a number, and of an array beside its numbers."""

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class DerivedArrays:
    """Arrays of one kind, made of one split of a data set, and the file in the cache that holds them.

    Attributes
    ----------
    dataset : Dataset
        Its fingerprint names the file.
    split : {"train", "test", "both"}
        Which split they are computed from.
    what : str
        What they are, in a word: the name of their folder in the cache.
    shapes : mapping of str to tuple of int
        Names and shapes of the arrays; a file that holds others is as none.
    cache_dir : Path
        ``Settings.cache_dir``. A cache that cannot be written costs time, not the result.
    """

    dataset: Dataset
    split: SplitName | Literal["both"]
    what: str
    shapes: Mapping[str, tuple[int, ...]]
    cache_dir: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.cache_dir / self.what / f"{self.dataset.fingerprint}-{self.split}.npz"

    def stored(self) -> Arrays | None:
        """Read them; ``None`` where they were not computed yet, or the file is damaged."""
        try:
            return _read(self.path, tuple(self.shapes.items()))
        except (OSError, ArchiveError):
            return None

    def keep(self, arrays: Arrays) -> None:
        """Write them, where the cache can be written."""
        with contextlib.suppress(OSError), drafted(self.path) as draft:
            np.savez(draft, **arrays)  # type: ignore[arg-type]

    def stored_or(self, compute: Callable[[], Arrays]) -> Arrays:
        """Read them, computing and keeping them first where they are not there."""
        arrays = self.stored()
        if arrays is None:
            arrays = compute()
            self.keep(arrays)
        return arrays


@file_cached(most=_FILES_KEPT)
def _read(path: Path, shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> Arrays:
    most = sum(_ROOM + _LARGEST_NUMBER * math.prod(shape) for _, shape in shapes)
    found: dict[str, NDArray[Any]] = {}
    with open_arrays(BytesIO(read_bytes(path, most)), most_bytes=most) as arrays:
        for name, shape in shapes:
            claimed, kind = arrays.header(name)
            if claimed != shape or kind.kind not in "biuf":
                raise ArchiveError(f"“{name}” is not what was computed")
            found[name] = arrays.read(name)
            if not np.isfinite(found[name]).all():
                raise ArchiveError(f"“{name}” holds what is no number")
    return found
