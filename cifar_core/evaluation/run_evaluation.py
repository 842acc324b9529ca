"""What the test predictions of one run say, checked against its record."""

from dataclasses import dataclass

import numpy as np

from cifar_core.errors import RunError
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.evaluation.per_class import PerClass
from cifar_core.evaluation.predictions import load_predictions, predictions_fingerprint
from cifar_core.runs.run import Run


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What the test predictions of one run say; worth keeping, because it takes reading a file.

    Attributes
    ----------
    matrix : ConfusionMatrix
        Holds the predictions too.
    per_class : PerClass
        Precision, recall, F1 and counts.
    """

    matrix: ConfusionMatrix
    per_class: PerClass


def evaluate_run(run: Run) -> Evaluation:
    """Read the test predictions of a run and compute what is shown of them.

    Raises
    ------
    RunError
        There are none, they are damaged, or they belong to other pictures than the record says.
    """
    predictions = load_predictions(run.paths.predictions, "test")
    data = run.record.data if run.record else None
    fits = (
        data is not None
        and len(data.class_names) == predictions.class_count
        and len(predictions) == data.test_pictures
        and not np.any((predictions.indices < 0) | (predictions.indices >= data.test_pictures))
        and data.fingerprint == predictions_fingerprint(run.paths.predictions)
    )
    if not fits:
        raise RunError(
            f"The predictions of the run “{run.id}” do not belong to the data set in its run.json. "
            "Delete the run and train it again, or copy it anew."
        )
    matrix = ConfusionMatrix.from_predictions(predictions)
    return Evaluation(matrix, PerClass.from_matrix(matrix))
