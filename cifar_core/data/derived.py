"""Arrays computed from a data set's pictures, kept in the cache so that they are computed once."""

import contextlib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.file_cache import file_cached
from cifar_core.system.drafts import drafted

_FILES_KEPT = 8
"""The largest, thumbnails of 50,000 pictures, has 19 MB."""

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
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            arrays = _read(self.path, tuple(self.shapes))
            if all(arrays[name].shape == shape for name, shape in self.shapes.items()):
                return arrays
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
def _read(path: Path, names: tuple[str, ...]) -> Arrays:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in names}
