"""Predictions judged by labels that a person has corrected."""

from collections.abc import Mapping

import numpy as np

from cifar_core.evaluation.predictions import Predictions

REJECTED = None
"""What stands in the place of a label where the picture shows no class, or several, and is left out."""


def with_corrected_labels(predictions: Predictions, decisions: Mapping[int, int | None]) -> Predictions:
    """Return the same predictions with other labels; the ones given are not changed.

    Parameters
    ----------
    predictions : Predictions
        Of one run.
    decisions : mapping of int to int or None
        The right label of pictures by their numbers in the split; a picture with :data:`REJECTED` is left out, one that
        is not named keeps its label, and one that nothing was said of counts for nothing.
    """
    labels = predictions.labels.copy()
    kept = np.ones(len(labels), np.bool_)
    rows = {index: row for row, index in enumerate(predictions.indices.tolist())}
    for index, label in decisions.items():
        if index not in rows:
            continue
        if label is REJECTED:
            kept[rows[index]] = False
        else:
            labels[rows[index]] = label
    return Predictions(predictions.logits[kept], labels[kept], predictions.indices[kept])
