"""The loss that training minimises, measured on predictions."""

import numpy as np

from cifar_core.evaluation.predictions import Predictions


def cross_entropy(predictions: Predictions) -> float:
    """Mean of −log p(true class) in nats, from the logits: no probability is rounded to zero first.

    Returns
    -------
    float
        At least 0; log(C) for a model that knows nothing; NaN without pictures.
    """
    if not len(predictions):
        return float("nan")
    logits = predictions.logits.astype(np.float64)
    largest = logits.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(logits - largest).sum(axis=1)) + largest[:, 0]
    return float(np.mean(log_sum - logits[np.arange(len(logits)), predictions.labels]))
