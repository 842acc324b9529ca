"""The loss that training minimises, measured on predictions."""

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.predictions import Predictions


def cross_entropies(predictions: Predictions) -> NDArray[np.float64]:
    """Return −log p(true class) of each picture in nats, from the logits: no probability is rounded to zero first.

    Parameters
    ----------
    predictions : Predictions
        For any pictures.

    Returns
    -------
    ndarray of float64, shape (N,)
        At least 0.
    """
    logits = predictions.logits.astype(np.float64)
    largest = logits.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(logits - largest).sum(axis=1)) + largest[:, 0]
    return np.asarray(log_sum - logits[np.arange(len(logits)), predictions.labels])


def cross_entropy(predictions: Predictions) -> float:
    """Mean of :func:`cross_entropies`.

    Returns
    -------
    float
        At least 0; log(C) for a model that knows nothing; NaN without pictures.
    """
    return float(np.mean(cross_entropies(predictions))) if len(predictions) else float("nan")
