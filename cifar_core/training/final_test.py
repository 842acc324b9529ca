"""The end of a run: its kept weights predict the held-out pictures, and the figures come from that.

This is the one place in which a training run reads the test split: :func:`final_results`, called once, after the
last weight has changed.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Split
from cifar_core.errors import RunError
from cifar_core.evaluation.balanced import BalancedAccuracy
from cifar_core.evaluation.cross_entropy import cross_entropy
from cifar_core.evaluation.predictions import Predictions, load_predictions, save_predictions
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics
from cifar_core.runs.outcome import median_speed
from cifar_core.runs.record import Results
from cifar_core.training.feeding import feeding
from cifar_core.training.six_views import six_view_logits
from cifar_core.training.split_data import SplitData

PREDICTION_BATCH = 500


def final_results(
    trainer: Any,
    data: SplitData,
    paths: RunPaths,
    *,
    history: Sequence[EpochMetrics],
    kept_epoch: int,
    training_seconds: float,
    six_views: bool,
    observers: Sequence[Any],
) -> Results:
    """Predict both held-out sets with the kept weights, write that down, and say what came out.

    Parameters
    ----------
    trainer : keras.Model
        With the weights that are kept; compiled, because its operations are the faster ones.
    data : SplitData
        Held-out pictures of its training split and all of its test split are predicted.
    paths : RunPaths
        ``predictions.npz`` is written there.
    history : sequence of EpochMetrics
        All finished epochs.
    kept_epoch : int
        Whose weights they are, counted from 1.
    training_seconds : float
        What training took, all attempts together; becomes part of the results.
    six_views : bool
        Whether to test a second time, with test-time augmentation.
    observers : sequence of keras.callbacks.Callback
        Called after each batch; one of them raises where somebody asks the run to stop.

    Raises
    ------
    RunError
        The network's outputs are not finite.
    """

    def logits_of(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        pictures = feeding(images.astype(np.float32), batch_size=PREDICTION_BATCH)
        logits = trainer.predict(pictures, verbose=0, callbacks=list(observers))
        if not np.isfinite(logits).all():
            raise RunError(
                "The network's outputs are not finite. Start a new run with a smaller learning rate."
            )
        return np.asarray(logits, np.float32)

    def predict(split: Split, indices: NDArray[np.int64]) -> Predictions:
        return Predictions(logits_of(split.images[indices]), split.labels[indices], indices)

    dataset = data.dataset
    test = predict(dataset.test, np.arange(len(dataset.test)))
    save_predictions(
        paths.predictions,
        validation=predict(dataset.train, data.validation),
        test=test,
        fingerprint=dataset.fingerprint,
    )
    test_accuracy_six_views = None
    if six_views:
        answers = six_view_logits(logits_of, np.asarray(dataset.test.images), test.logits).argmax(1)
        test_accuracy_six_views = float((answers == dataset.test.labels).mean())
    # The figures are computed from what was written, rounding included, so that every page finds the same ones.
    validated = load_predictions(paths.predictions, "validation")
    tested = load_predictions(paths.predictions, "test")
    balanced = BalancedAccuracy.where_needed(tested)
    return Results(
        epochs=len(history),
        best_epoch=kept_epoch,
        validation_accuracy=validated.accuracy,
        validation_loss=cross_entropy(validated),
        test_accuracy=tested.accuracy,
        test_loss=cross_entropy(tested),
        test_balanced_accuracy=balanced.value if balanced else None,
        test_accuracy_six_views=test_accuracy_six_views,
        training_seconds=training_seconds,
        images_per_second=median_speed(history),
    )
