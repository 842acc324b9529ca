"""Precision, recall and F1: how well each class is recognised."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.confusion import ConfusionMatrix


@dataclass(frozen=True, eq=False)
class PerClass:
    """Precision, recall and F1 of every class, and the counts behind them.

    All arrays have shape (C,).

    Attributes
    ----------
    precision : ndarray of float64
        Of the pictures called by this class, the share that belongs to it; NaN when none was called by it.
    recall : ndarray of float64
        Of the pictures of this class, the share that was recognised; NaN when there is none.
    f1 : ndarray of float64
        Harmonic mean of the two, ``2·right / (true + predicted)``: 0 when no picture of the class was
        recognised, NaN only when the class neither occurs nor is predicted.
    true_counts, predicted_counts : ndarray of int64
        Pictures of the class, and pictures called by it.
    misclassified : ndarray of int64
        Pictures of the class that were taken for another.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    true_counts: NDArray[np.int64]
    predicted_counts: NDArray[np.int64]
    misclassified: NDArray[np.int64]

    @classmethod
    def from_matrix(cls, matrix: ConfusionMatrix) -> "PerClass":
        """Compute all figures from the counts of a confusion matrix."""
        right = matrix.counts.diagonal()
        true_counts = matrix.counts.sum(axis=1)
        predicted_counts = matrix.counts.sum(axis=0)
        return cls(
            precision=_share(right, predicted_counts),
            recall=_share(right, true_counts),
            f1=_share(2 * right, true_counts + predicted_counts),
            true_counts=true_counts,
            predicted_counts=predicted_counts,
            misclassified=true_counts - right,
        )


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Divide; 0/0 is NaN, because nothing can be said, not 0, which would look like a bad result."""
    shares = np.full(len(part), np.nan)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares
