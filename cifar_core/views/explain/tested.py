"""What a network said of a picture when it was tested, where that is not what it says now."""

from collections.abc import Iterable

import numpy as np

from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.explain.result import Explanation
from cifar_core.runs.run import Run
from cifar_core.views.explain.models import ModelChoice
from cifar_core.views.subject import Subject


def said_in_test(
    answer: Explanation, model: ModelChoice, subject: Subject, runs: Iterable[Run], dataset: Dataset
) -> str | None:
    """Say so where a run's test, which Compare counts, and Explain name different classes.

    A training on fast hardware computes in half precision, and so does its test; Explain computes in float32, in which
    the gradients of a heat map are exact. Where two classes are nearly as probable, rounding decides between them.

    Parameters
    ----------
    answer : Explanation
        What the network says here.
    model : ModelChoice
        Which network.
    subject : Subject
        Which picture.
    runs : iterable of Run
        All runs.
    dataset : Dataset
        The one on screen, whose picture it is unless it was uploaded.

    Returns
    -------
    str or None
        ``None`` where the two agree, the picture was no test picture of this run, or nobody knows what it said.
    """
    run = next((run for run in runs if run.id == model.run_id), None)
    if run is None or run.record is None or run.record.data is None or subject.test_index is None:
        return None
    if run.record.data.fingerprint != dataset.fingerprint:
        return None
    try:
        predictions = evaluate_run(run).matrix.predictions
    except RunError:  # Compare says what is wrong with them.
        return None
    rows = np.flatnonzero(predictions.indices == subject.test_index)
    if len(rows) != 1:
        return None
    then = int(predictions.predicted[rows[0]])
    if then == answer.predicted or max(then, answer.predicted) >= len(model.class_names):
        return None
    lower = run.record.environment is not None and "16" in run.record.environment.precision
    how = "at lower precision (16 bits)" if lower else "on another machine or with other versions"
    apart = abs(float(answer.logits[answer.predicted] - answer.logits[then]))
    return (
        f"In its test this network said {model.class_names[then]}, computed {how}; here, in 32 bits, it says "
        f"{model.class_names[answer.predicted]}. Compare counts what it said in the test. The logits "
        f"of the two differ by {apart:.2g} here."
    )
