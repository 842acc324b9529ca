"""Labels that several models contradict: confident learning."""

import numpy as np
from numpy.typing import NDArray

_ROUNDING = 1e-6


def doubtful_labels(
    labels: NDArray[np.int64], probabilities: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the pictures whose label is doubtful, the most doubtful first.

    A model is sure of a class where it gives it at least the probability that pictures with this label get on average.
    A label is doubted where the model is sure of another class, the most probable one of those it is sure of, and
    would not have said the label itself.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
        The label that each picture has.
    probabilities : ndarray of float64, shape (N, C)
        Of each class, from models that were not trained on these pictures.

    Returns
    -------
    rows : ndarray of int64, shape (D,)
        Where the doubtful ones stand in ``labels``, by the margin below.
    margins : ndarray of float64, shape (D,)
        Probability of the label minus that of the most probable other class, between −1 and 0.

    References
    ----------
    C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident learning: estimating uncertainty in dataset labels", JAIR 70
    (2021), arXiv:1911.00068.
    """
    classes = probabilities.shape[1]
    rows = np.arange(len(labels))
    of_label = probabilities[rows, labels]
    pictures = np.bincount(labels, minlength=classes)
    # A class that no picture has as its label can be doubted by none.
    average = np.where(pictures > 0, np.bincount(labels, of_label, classes) / np.maximum(pictures, 1), np.inf)
    sure = probabilities >= average - _ROUNDING
    guess = np.where(sure, probabilities, -1.0).argmax(axis=1)
    doubted = sure.any(axis=1) & (guess != labels) & (probabilities.argmax(axis=1) != labels)
    others = probabilities.copy()
    others[rows, labels] = -np.inf
    margins = of_label - others.max(axis=1, initial=-np.inf)
    found = rows[doubted]
    found = found[np.argsort(margins[found], kind="stable")]
    return found.astype(np.int64), margins[found]
