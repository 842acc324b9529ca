"""What the test predictions of one run say, checked against its record."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cifar_core.errors import RunError
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.evaluation.per_class import PerClass
from cifar_core.evaluation.predictions import Predictions, load_predictions, predictions_fingerprint
from cifar_core.file_cache import file_cached
from cifar_core.runs.record import DataProvenance
from cifar_core.runs.run import Run

_EVALUATIONS_KEPT = 24
"""Four times as many as Compare shows at a time; each holds a probability for each picture and class."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What the test predictions of one run say.

    Attributes
    ----------
    matrix : ConfusionMatrix
        Holds the predictions too.
    per_class : PerClass
        Precision, recall, F1 and counts.
    """

    matrix: ConfusionMatrix
    per_class: PerClass

    @classmethod
    def of(cls, predictions: Predictions) -> "Evaluation":
        """Compute what is shown of any predictions."""
        matrix = ConfusionMatrix.from_predictions(predictions)
        return cls(matrix, PerClass.from_matrix(matrix))


def evaluate_run(run: Run) -> Evaluation:
    """Compute what is shown of a run's test predictions, once for as long as they stay the same.

    Raises
    ------
    RunError
        There are none, they are damaged, or they belong to other pictures than the record says.
    """
    return _evaluate(run.paths.predictions, run.id, run.record.data if run.record else None)


@file_cached(most=_EVALUATIONS_KEPT)
def _evaluate(path: Path, run_id: str, data: DataProvenance | None) -> Evaluation:
    predictions = load_predictions(path, "test")
    fits = (
        data is not None
        and len(data.class_names) == predictions.class_count
        and 0 < len(predictions) == data.test_pictures
        and not np.any((predictions.indices < 0) | (predictions.indices >= data.test_pictures))
        and data.fingerprint == predictions_fingerprint(path)
    )
    if not fits:
        raise RunError(
            f"The predictions of the run “{run_id}” do not belong to the data set in its run.json. "
            "Delete the run and train it again, or copy it anew."
        )
    return Evaluation.of(predictions)
