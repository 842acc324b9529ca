"""Accuracy by corrected labels, by hand and beside scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from cifar_core.evaluation.corrected import with_corrected_labels
from cifar_core.evaluation.predictions import Predictions
from tests.fake_runs import predictions_of


def test_by_hand() -> None:
    # Right on two of four: pictures 1 and 3 were wrong.
    before = predictions_of([0, 1, 2, 0], [0, 2, 2, 1], 3)
    after = with_corrected_labels(before, {1: 2, 3: None, 0: 0, 99: 1})
    assert (before.accuracy, after.accuracy, len(after)) == (0.5, 1.0, 3)
    assert after.labels.tolist() == [0, 2, 2]
    assert before.labels.tolist() == [0, 1, 2, 0]  # what was given stays
    assert with_corrected_labels(before, {}).labels.tolist() == before.labels.tolist()


def test_numbers_of_pictures_count_not_rows() -> None:
    logits = np.eye(3, dtype=np.float32)
    turned = Predictions(logits, np.array([0, 0, 0]), np.array([7, 5, 6]))
    assert with_corrected_labels(turned, {5: 1, 6: 2}).accuracy == 1.0


@pytest.mark.parametrize("decisions", [{}, {0: None}])
def test_no_picture_is_left(decisions: dict[int, int | None]) -> None:
    none = predictions_of([0][: 0 if not decisions else 1], [0][: 0 if not decisions else 1], 2)
    assert len(with_corrected_labels(none, decisions)) == 0


def test_beside_scikit_learn_with_a_hundred_classes() -> None:
    rng = np.random.default_rng(2)
    labels, said = rng.integers(0, 100, (2, 500))
    corrected, kept = labels.copy(), np.ones(500, bool)
    decisions: dict[int, int | None] = {}
    for index in rng.choice(500, 120, replace=False).tolist():
        decisions[index] = None if rng.random() < 0.2 else int(rng.choice([said[index], rng.integers(100)]))
        kept[index] = decisions[index] is not None
        corrected[index] = decisions[index] if kept[index] else corrected[index]
    after = with_corrected_labels(predictions_of(labels.tolist(), said.tolist(), 100), decisions)
    assert after.accuracy == pytest.approx(accuracy_score(corrected[kept], said[kept]))
