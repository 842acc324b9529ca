"""Holding part of the pictures out, to validate or to test with."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.words.counts import counted

TEST_SHARE = 0.2
TEST_SEED = 0
"""What is set apart to test with where nobody did so before: always the same pictures."""


def validation_split(
    labels: NDArray[np.int64], *, fraction: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose which training pictures are held out: of each class the same share, at random.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
        Class of each picture; any whole numbers.
    fraction : float
        Share of each class to hold out, 0 < fraction < 1; at least one picture of each class that has two.
    seed : int
        The same seed on the same labels holds out the same pictures.

    Returns
    -------
    training, validation : ndarray of int64
        Sorted positions; together every position exactly once.

    Examples
    --------
    >>> training, validation = validation_split(np.array([0, 0, 0, 0, 1, 1, 1, 1]), fraction=0.25, seed=0)
    >>> len(training), len(validation)
    (6, 2)
    """
    rng = np.random.default_rng(seed)
    held_out = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        held_out[members[: held_out_count(len(members), fraction)]] = True
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def held_out_count(pictures: int, fraction: float) -> int:
    """Return how many pictures of a class are held out: at least one where there are two.

    Parameters
    ----------
    pictures : int
        Of the class, 1 or more.
    fraction : float
        0 < fraction < 1.
    """
    return min(max(1, round(fraction * pictures)), pictures - 1)


def divided_counts(
    counts: NDArray[np.int64], *, validation_fraction: float, training_share: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count what :func:`divide` chooses, without choosing: the same for every seed.

    Parameters
    ----------
    counts : ndarray of int64, shape (C,)
        Pictures of each class; some may have none.
    validation_fraction, training_share : float
        As :func:`divide` takes them.

    Returns
    -------
    training, validation : ndarray of int64, shape (C,)
        Pictures of each class.
    """
    held = [held_out_count(count, validation_fraction) if count else 0 for count in counts.tolist()]
    left = counts - np.array(held, np.int64)
    unused = [
        held_out_count(count, 1 - training_share) if count and training_share != 1 else 0
        for count in left.tolist()
    ]
    return left - np.array(unused, np.int64), np.array(held, np.int64)


def training_subset(
    positions: NDArray[np.int64], labels: NDArray[np.int64], *, share: float, seed: int
) -> NDArray[np.int64]:
    """Choose part of the training pictures: of each class the same share, at random, at least one.

    Parameters
    ----------
    positions : ndarray of int64
        The pictures to choose from.
    labels : ndarray of int64, shape (N,)
        Of the whole split.
    share : float
        0 < share <= 1; 1 gives all.
    seed : int
        The same seed chooses the same pictures.

    Returns
    -------
    ndarray of int64
        Some of ``positions``, in their order.

    Examples
    --------
    >>> labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> len(training_subset(np.arange(8), labels, share=0.5, seed=0))
    4
    """
    if share == 1:
        return positions
    kept, _ = validation_split(labels[positions], fraction=1 - share, seed=seed)
    return positions[kept]


def divide(
    labels: NDArray[np.int64], *, validation_fraction: float, training_share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose what a run learns from and what it is validated with.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
        Class of each training picture.
    validation_fraction : float
        Share of each class that is held out: :func:`validation_split`.
    training_share : float
        Share of the others that is used: :func:`training_subset`.
    seed : int
        Of the run.

    Returns
    -------
    training, validation : ndarray of int64
        Sorted positions. No picture is validated with where each class has one alone.
    """
    training, validation = validation_split(labels, fraction=validation_fraction, seed=seed)
    return training_subset(training, labels, share=training_share, seed=seed), validation


def choose_test(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Choose pictures to test with where nobody did so before: of each class the same share, always the same.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
        Class of each picture.

    Returns
    -------
    ndarray of bool, shape (N,)
        True for those to test with: none of a class that has one picture only.
    """
    _, chosen = validation_split(labels, fraction=TEST_SHARE, seed=TEST_SEED)
    is_test = np.zeros(len(labels), dtype=bool)
    is_test[chosen] = True
    return is_test


def set_apart_sentence(why: str, is_test: NDArray[np.bool_]) -> str:
    """Say what :func:`choose_test` did.

    Parameters
    ----------
    why : str
        What is missing, as the beginning of a sentence.
    is_test : ndarray of bool, shape (N,)
        What was chosen.
    """
    return (
        f"{why}: of each class about {TEST_SHARE:.0%} were set apart to test with, "
        f"{int(is_test.sum()):,} of {counted(len(is_test), 'picture')}, chosen by chance but always the same."
    )
