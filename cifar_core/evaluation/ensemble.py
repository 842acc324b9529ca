"""Several models asked together, and how far they agree."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.predictions import Predictions


def mean_probabilities(predictions: Sequence[Predictions]) -> NDArray[np.float64]:
    """Average what several models gave each class, shape (N, C).

    Parameters
    ----------
    predictions : sequence of Predictions
        Of one or more models for the same pictures in the same order.
    """
    return np.asarray(np.mean([one.probabilities for one in predictions], axis=0))


def ensemble(predictions: Sequence[Predictions]) -> Predictions:
    """Return what several models say together: the class with the largest mean probability.

    Parameters
    ----------
    predictions : sequence of Predictions
        Of one or more models for the same pictures, each in any order.

    Returns
    -------
    Predictions
        In the order of the pictures' numbers; its logits are logarithms of the mean probabilities.

    References
    ----------
    B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and scalable predictive uncertainty estimation using deep
    ensembles", NeurIPS 2017, arXiv:1612.01474.
    """
    ordered = [one.in_order() for one in predictions]
    first, smallest = ordered[0], np.finfo(np.float64).tiny
    logits = np.log(np.maximum(mean_probabilities(ordered), smallest)).astype(np.float32)
    return Predictions(logits, first.labels, first.indices)


def cohens_kappa(a: Predictions, b: Predictions) -> float:
    """Return how far two models agree beyond what chance would bring: 1 for always, 0 for chance.

    Parameters
    ----------
    a, b : Predictions
        For the same pictures, in any order.

    Returns
    -------
    float
        NaN without pictures; 1 where both say one and the same class of every picture.

    References
    ----------
    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960),
    doi:10.1177/001316446002000104.
    """
    said_a, said_b = (one.in_order().predicted for one in (a, b))
    if not len(said_a):
        return float("nan")
    share_a, share_b = (np.bincount(said, minlength=a.class_count) / len(said) for said in (said_a, said_b))
    observed, by_chance = float((said_a == said_b).mean()), float(share_a @ share_b)
    return 1.0 if by_chance == 1.0 else (observed - by_chance) / (1 - by_chance)


def disagreement(predictions: Sequence[Predictions]) -> NDArray[np.float64]:
    """Return how far several models disagree about each picture: the Jensen–Shannon divergence of what they gave.

    Parameters
    ----------
    predictions : sequence of Predictions
        Of two or more models for the same pictures in the same order.

    Returns
    -------
    ndarray of float64, shape (N,)
        In bits: 0 where all gave the same probabilities, 1 where two were sure of different classes.

    References
    ----------
    J. Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on Information Theory 37 (1991),
    doi:10.1109/18.61115.
    """
    of_each = np.mean([_entropy(one.probabilities) for one in predictions], axis=0)
    return np.asarray(np.maximum(_entropy(mean_probabilities(predictions)) - of_each, 0.0))


def _entropy(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the entropy of each row, in bits."""
    logarithms = np.log2(probabilities, out=np.zeros_like(probabilities), where=probabilities > 0)
    return np.asarray(-(probabilities * logarithms).sum(axis=1))
