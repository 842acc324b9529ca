"""The confusion matrix: which classes a model takes for which."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.predictions import Predictions


@dataclass(frozen=True)
class Confusion:
    """One kind of mistake and how often it was made.

    Attributes
    ----------
    true, predicted : int
        The class that it was and the class that the model said.
    count : int
        Number of pictures.
    """

    true: int
    predicted: int
    count: int


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """How many pictures of each class were taken for each class.

    Attributes
    ----------
    counts : ndarray of int64, shape (C, C)
        Rows are true classes, columns predicted ones; the diagonal is right.
    predictions : Predictions
        What was counted.
    """

    counts: NDArray[np.int64]
    predictions: Predictions

    @classmethod
    def from_predictions(cls, predictions: Predictions) -> "ConfusionMatrix":
        """Count the pairs of true and predicted class.

        Parameters
        ----------
        predictions : Predictions
            For any pictures; none give a matrix of zeros.
        """
        classes = predictions.class_count
        pairs = predictions.labels * classes + predictions.predicted
        counts = np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
        return cls(counts.astype(np.int64), predictions)

    @property
    def class_count(self) -> int:
        """Number of classes C."""
        return len(self.counts)

    @cached_property
    def by_true_class(self) -> NDArray[np.float64]:
        """Share of each true class that was taken for each class, shape (C, C), rows summing to 1.

        A class without pictures has a row of zeros.
        """
        totals = self.counts.sum(axis=1, keepdims=True)
        return np.asarray(self.counts / np.maximum(totals, 1))

    def cell(self, true: int, predicted: int) -> NDArray[np.int64]:
        """Return the row numbers in the predictions of the pictures in one cell, most confident first.

        Parameters
        ----------
        true, predicted : int
            Row and column of the cell: class numbers from 0 to C − 1.

        Returns
        -------
        ndarray of int64, shape (counts[true, predicted],)
            Row numbers; ``predictions.indices[rows]`` are the positions in the split.
        """
        found = self.predictions
        rows = np.flatnonzero((found.labels == true) & (found.predicted == predicted))
        # A stable sort keeps equally confident pictures in the order of the data set.
        order = np.argsort(-found.confidence[rows], kind="stable")
        return rows[order].astype(np.int64)

    def top_confusions(self, count: int = 5) -> tuple[Confusion, ...]:
        """Return the most frequent mistakes, most frequent first; fewer if fewer kinds were made.

        Parameters
        ----------
        count : int
            The most that are returned, 0 or more.

        Returns
        -------
        tuple of Confusion
            Each with a ``count`` of 1 or more; of equal ones the lower true class first, then the lower predicted one.
        """
        mistakes = self.counts.copy()
        np.fill_diagonal(mistakes, 0)
        order = np.argsort(-mistakes, axis=None, kind="stable")[:count]
        found = []
        for flat in order.tolist():
            true, predicted = divmod(flat, self.class_count)
            if mistakes[true, predicted]:
                found.append(Confusion(true, predicted, int(mistakes[true, predicted])))
        return tuple(found)
