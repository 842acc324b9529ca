"""What is kept of each epoch is what was validated, and a run that was interrupted keeps the same."""

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.splits import divide
from cifar_core.evaluation.epoch_predictions import load_epochs
from cifar_core.evaluation.predictions import load_predictions
from cifar_core.runs.metrics import read_metrics
from cifar_core.settings import Settings
from cifar_core.training.worker import run_to_the_end
from tests.keras.test_resume import new_run


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_each_epoch_is_what_was_validated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, average: float
) -> None:
    monkeypatch.setattr("cifar_core.training.fit.PREDICTION_BATCH", 32)
    paths = new_run(
        settings, data="drawn:200", model="cnn-2conv", epochs=2, average=average, validation_fraction=0.5
    )
    run_to_the_end(paths, settings)
    kept = load_epochs(paths.epochs)
    dataset = open_dataset("drawn:200", settings)
    _, held_out = divide(dataset.train.labels, validation_fraction=0.5, training_share=1, seed=0)
    np.testing.assert_array_equal(kept.indices, held_out)
    np.testing.assert_array_equal(kept.labels, dataset.train.labels[held_out])
    assert kept.fingerprint == dataset.fingerprint
    assert kept.epochs.tolist() == [1, 2]
    assert len(held_out) % 32  # The last batch is a smaller one.
    shares = (kept.predicted == kept.labels).mean(axis=1)
    lines = read_metrics(paths.metrics).epochs
    np.testing.assert_allclose(shares, [line.val_accuracy for line in lines], atol=1e-6)
    # The weights that were kept are those of one of the epochs: their predictions come again at the end.
    best = int(np.argmin([line.val_loss for line in lines]))
    last = load_predictions(paths.predictions, "validation")
    np.testing.assert_array_equal(last.indices, kept.indices)
    assert (last.predicted == kept.predicted[best]).mean() > 0.99
    np.testing.assert_allclose(kept.confidence[best] / 255, last.confidence, atol=0.02)


def test_none_are_kept_where_the_recipe_says_so(settings: Settings) -> None:
    paths = new_run(settings, data="drawn:200", model="cnn-2conv", epochs=1, epoch_predictions=False)
    run_to_the_end(paths, settings)
    assert not paths.epochs.exists()
