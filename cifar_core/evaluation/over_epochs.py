"""How the answers for the validation pictures changed from epoch to epoch: matrices, courses, forgetting events."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import RunError
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.evaluation.epoch_predictions import EpochPredictions, load_epochs
from cifar_core.evaluation.predictions import Predictions
from cifar_core.file_cache import file_cached
from cifar_core.runs.record import DataProvenance
from cifar_core.runs.run import Run

_RUNS_KEPT = 12


@dataclass(frozen=True, eq=False)
class EpochCells:
    """The cells of T confusion matrices that hold pictures, one matrix after the other.

    Attributes
    ----------
    starts : tuple of int, length T + 1
        Where each matrix begins in ``cells`` and ``counts``, and where the last one ends.
    cells : ndarray of int32, shape (k,)
        True class times C plus predicted class; rising within a matrix.
    counts : ndarray of int32, shape (k,)
        Pictures in each, above 0.
    """

    starts: tuple[int, ...]
    cells: NDArray[np.int32]
    counts: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class OverEpochs:
    """The epochs of one run, side by side.

    Attributes
    ----------
    kept : EpochPredictions
        What was said of N validation pictures after each of T epochs.

    References
    ----------
    Toneva et al. 2019, “An empirical study of example forgetting during deep neural network learning”,
    arXiv:1812.05159. There the pictures are those trained on; here they are the held-out ones.
    """

    kept: EpochPredictions

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Whether each picture was right after each epoch, shape (T, N)."""
        return np.asarray(self.kept.predicted == self.kept.labels)

    @property
    def is_complete(self) -> bool:
        """Whether every epoch up to the last was kept: else what happened in between is not seen."""
        return bool(self.kept.epochs[-1] == len(self.kept.epochs))

    @cached_property
    def accuracy(self) -> NDArray[np.float64]:
        """Share of the pictures that were right, shape (T,); NaN without pictures."""
        return _means(self.correct)

    @cached_property
    def mean_confidence(self) -> NDArray[np.float64]:
        """Mean probability of the class that was said, shape (T,), 0 to 1; NaN without pictures."""
        return _means(self.kept.confidence) / 255

    @cached_property
    def forgotten(self) -> NDArray[np.int64]:
        """Forgetting events of each picture, shape (N,): right after one epoch, wrong after the next kept one."""
        return np.asarray((self.correct[:-1] & ~self.correct[1:]).sum(axis=0), np.int64)

    @cached_property
    def never_learnt(self) -> NDArray[np.bool_]:
        """Whether a picture was right after no epoch, shape (N,)."""
        return np.asarray(~self.correct.any(axis=0))

    @property
    def largest_mistake(self) -> int:
        """The largest count off the diagonal in any of the matrices, so that all epochs share one colour scale."""
        mistakes = self.cells.cells % (self.kept.class_count + 1) != 0
        return int(self.cells.counts[mistakes].max(initial=0))

    @cached_property
    def cells(self) -> "EpochCells":
        """The confusion matrices of all epochs, without their empty cells: a few kilobytes an epoch."""
        classes, starts, cells, counts = self.kept.class_count, [0], [], []
        for said in self.kept.predicted.astype(np.int64):
            found, count = np.unique(self.kept.labels * classes + said, return_counts=True)
            cells.append(found)
            counts.append(count)
            starts.append(starts[-1] + len(found))
        return EpochCells(
            tuple(starts), np.concatenate(cells).astype(np.int32), np.concatenate(counts).astype(np.int32)
        )

    def matrix(self, number: int) -> ConfusionMatrix:
        """Count the confusion matrix after one epoch.

        Parameters
        ----------
        number : int
            Of the kept epochs, from 0: an index of ``kept.epochs``.
        """
        said = self.kept.predicted[number].astype(np.int64)
        sure = np.eye(self.kept.class_count, dtype=np.float32)[said]
        return ConfusionMatrix.from_predictions(Predictions(sure, self.kept.labels, self.kept.indices))

    def course(self, true: int, predicted: int) -> NDArray[np.int64]:
        """Return how many pictures one cell of the matrix held after each epoch, shape (T,).

        Parameters
        ----------
        true, predicted : int
            Row and column of the cell.
        """
        rows = self.kept.labels == true
        return np.asarray((self.kept.predicted[:, rows] == predicted).sum(axis=1), np.int64)

    def learnt(self, number: int) -> NDArray[np.bool_]:
        """Return which pictures are right after an epoch and were wrong after the kept one before it, shape (N,).

        Parameters
        ----------
        number : int
            Of the kept epochs, from 0; before the first there is none, and nothing was learnt.
        """
        return self._changed(number, to_right=True)

    def lost(self, number: int) -> NDArray[np.bool_]:
        """Return which pictures are wrong after an epoch and were right after the kept one before it, shape (N,).

        Parameters
        ----------
        number : int
            Of the kept epochs, from 0; before the first there is none, and nothing was lost.
        """
        return self._changed(number, to_right=False)

    def _changed(self, number: int, *, to_right: bool) -> NDArray[np.bool_]:
        now, before = self.correct[number], self.correct[max(0, number - 1)]
        return np.asarray((now != before) & (now == to_right))

    def of(self, indices: NDArray[np.int64]) -> "OverEpochs":
        """Return the same for some of the pictures.

        Parameters
        ----------
        indices : ndarray of int64, shape (k,)
            Positions in the training split; those that were not validated are passed over.
        """
        part = np.isin(self.kept.indices, indices)
        return OverEpochs(
            replace(
                self.kept,
                predicted=self.kept.predicted[:, part],
                confidence=self.kept.confidence[:, part],
                labels=self.kept.labels[part],
                indices=self.kept.indices[part],
            )
        )


def has_epochs(run: Run) -> bool:
    """Tell whether a run kept its epochs: whether they can be read is another matter."""
    return run.paths.epochs.is_dir()


def epochs_of(run: Run) -> OverEpochs:
    """Return what a run kept of its epochs, read once for as long as nothing comes.

    Raises
    ------
    RunError
        It kept none, they are damaged, or they belong to other pictures than the record says.
    """
    return _read(run.paths.epochs, run.id, run.record.data if run.record else None)


@file_cached(most=_RUNS_KEPT)
def _read(folder: Path, run_id: str, data: DataProvenance | None) -> OverEpochs:
    kept = load_epochs(folder)
    if (
        data is None
        or kept.fingerprint != data.fingerprint
        or kept.class_count != len(data.class_names)
        or len(kept.labels) != data.validation_pictures
    ):
        raise RunError(
            f"The epochs of the run “{run_id}” do not belong to the data set in its run.json. Copy it anew."
        )
    return OverEpochs(kept)


def _means(values: NDArray[np.bool_] | NDArray[np.uint8]) -> NDArray[np.float64]:
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    return np.asarray(values.mean(axis=1))
