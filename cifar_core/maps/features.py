"""The last features of a run, what its network makes of each picture before it decides, kept once they are computed."""

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SPLIT_NAMES, Dataset, SplitName
from cifar_core.errors import RunError
from cifar_core.file_cache import FileVersion
from cifar_core.runs.run import Run
from cifar_core.system.drafts import drafted
from cifar_core.system.files import is_regular

MOST_FEATURES = 512
"""Wider ones are projected onto so many random directions, which keeps distances to a few percent."""

_EXACT = 4  # times as many candidates are compared in double precision


class FeaturesMissingError(RunError):
    """The last features of a run were not computed on this machine yet.

    Parameters
    ----------
    run : Run
        Which run.
    split : {"train", "test"}
        For which pictures.
    """

    def __init__(self, run: Run, split: SplitName) -> None:
        super().__init__(
            f"the last features of {run.id} are not computed here yet for the {SPLIT_NAMES[split]} pictures. Compute "
            f"them on Explain, or with: python -m cifar_core maps features {run.id} --split {split}"
        )


def run_key(run: Run) -> str:
    """Return what names the features of a run in the cache: another one where its weights are others.

    Parameters
    ----------
    run : Run
        With weights.

    Raises
    ------
    RunError
        It has kept no weights.
    """
    try:
        version = FileVersion.of(run.paths.model)
    except OSError:
        raise RunError(
            f"the weights of {run.id} are not on this machine, so its features can't be computed. Train it again."
        ) from None
    told = f"{run.id} {version.size} {version.modified}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class RunFeatures:
    """The last features of a run for all pictures of a split, and the file in the cache that holds them.

    Attributes
    ----------
    run : Run
        Whose network made them.
    dataset : Dataset
        Of which pictures; its fingerprint names the file.
    split : {"train", "test"}
        Of which split: all of its N pictures, in order.
    cache_dir : Path
        ``Settings.cache_dir``.
    """

    run: Run
    dataset: Dataset
    split: SplitName
    cache_dir: Path

    @property
    def path(self) -> Path:
        """The file.

        Raises
        ------
        RunError
            The run has no weights.
        """
        name = f"{run_key(self.run)}-{self.dataset.fingerprint}-{self.split}.npy"
        return self.cache_dir / "features" / name

    def stored(self) -> NDArray[np.float32] | None:
        """Read them, shape (N, k); ``None`` where they were not computed yet, or the file is damaged.

        Raises
        ------
        RunError
            The run has no weights.
        """
        path = self.path
        # What a damaged header raises depends on where the damage is: nearly anything.
        with contextlib.suppress(Exception):
            if not is_regular(path):  # A pipe would never end.
                return None
            found = np.load(path, mmap_mode="r", allow_pickle=False)
            pictures = len(self.dataset.split(self.split))
            fits = found.ndim == 2 and len(found) == pictures and 0 < found.shape[1] <= MOST_FEATURES
            if fits and found.dtype == np.float32:
                features: NDArray[np.float32] = found
                return features
        return None

    def read(self) -> NDArray[np.float32]:
        """Read them, shape (N, k).

        Raises
        ------
        FeaturesMissingError
            They were not computed yet.
        RunError
            The run has no weights.
        """
        found = self.stored()
        if found is None:
            raise FeaturesMissingError(self.run, self.split)
        return found

    def keep(self, parts: Iterable[NDArray[np.float32]]) -> None:
        """Write them as they come: arrays of shape (n, k), those of some pictures at a time, in order.

        Raises
        ------
        RunError
            They cannot be written, the run has no weights, or its network says what is no number.
        """
        path, rows, filled = self.path, None, 0
        try:
            with drafted(path) as draft:
                for part in parts:
                    if not np.isfinite(part).all():
                        raise RunError(
                            f"the network of {self.run.id} gives features that are no finite numbers, so nothing can "
                            "be laid out or compared. Choose another run."
                        )
                    if rows is None:
                        shape = (len(self.dataset.split(self.split)), part.shape[1])
                        rows = np.lib.format.open_memmap(draft, mode="w+", dtype=np.float32, shape=shape)
                    rows[filled : filled + len(part)] = part
                    filled += len(part)
                if rows is not None:
                    rows.flush()
                    del rows  # Windows moves no file that is still mapped.
        except OSError as error:
            raise RunError(
                f"the features can't be written to {path.parent}: {error.strerror or error}."
            ) from error


def nearest_by_features(
    features: NDArray[np.float32], wanted: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the pictures whose features lie nearest to those of one picture.

    Parameters
    ----------
    features : ndarray of float32, shape (N, k)
        Of the pictures that are looked through.
    wanted : ndarray of float32, shape (k,)
        Of the one that they are compared with.
    count : int
        How many, ``>= 1``; all of them where there are fewer.

    Returns
    -------
    indices : ndarray of int64, shape (count,)
        Nearest first; the lower number first where two are equally near.
    distances : ndarray of float64, shape (count,)
        Euclidean distance, as a share of the median distance of all: 0 is the same, 1 usual.
    """
    rows = np.asarray(features)
    squares = np.einsum("ij,ij->i", rows, rows) - 2 * (rows @ wanted) + wanted @ wanted
    candidates = min(len(rows), _EXACT * count + 16)
    found = np.argpartition(squares, candidates - 1)[:candidates] if candidates else np.empty(0, np.int64)
    apart = rows[found].astype(np.float64) - wanted
    exact = np.einsum("ij,ij->i", apart, apart)
    nearest = np.lexsort((found, exact))[:count]
    usual = float(np.sqrt(max(0.0, np.median(squares)))) if len(squares) else 1.0
    return found[nearest].astype(np.int64), np.sqrt(exact[nearest]) / (usual or 1.0)
