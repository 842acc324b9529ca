import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from cifar_core.evaluation.confusion import Confusion, ConfusionMatrix
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.evaluation.per_class import PerClass
from cifar_core.evaluation.predictions import Predictions


def random_predictions(count: int = 500, classes: int = 7, seed: int = 0) -> Predictions:
    rng = np.random.default_rng(seed)
    return Predictions(
        rng.normal(size=(count, classes)).astype(np.float32),
        np.random.default_rng(99).integers(0, classes, count),
        np.arange(count),
    )


def with_correct(correct: list[bool]) -> Predictions:
    logits = np.array([[0.0, 1.0] if right else [1.0, 0.0] for right in correct], np.float32)
    return Predictions(logits, np.ones(len(correct), np.int64), np.arange(len(correct)))


@pytest.mark.parametrize(("successes", "count"), [(0, 10), (10, 10), (1, 3), (940, 1000), (9400, 10000)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_wilson_agrees_with_scipy(successes: int, count: int, confidence: float) -> None:
    ours = wilson_interval(successes, count, confidence=confidence)
    theirs = binomtest(successes, count).proportion_ci(confidence, method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_ends() -> None:
    assert wilson_interval(0, 0).low == 0
    assert wilson_interval(0, 0).high == 1
    assert wilson_interval(0, 5).low == 0
    assert wilson_interval(5, 5).high == 1
    assert 0.94 in wilson_interval(9400, 10000)
    with pytest.raises(ValueError, match="between 0 and 5"):
        wilson_interval(6, 5)
    with pytest.raises(ValueError, match="confidence"):
        wilson_interval(1, 5, confidence=1.0)


def test_matrix_agrees_with_sklearn() -> None:
    predictions = random_predictions()
    matrix = ConfusionMatrix.from_predictions(predictions)
    expected = confusion_matrix(predictions.labels, predictions.predicted, labels=range(7))
    np.testing.assert_array_equal(matrix.counts, expected)
    np.testing.assert_allclose(matrix.by_true_class, expected / expected.sum(axis=1, keepdims=True))


def test_a_class_without_pictures_has_a_row_of_zeros() -> None:
    predictions = Predictions(np.eye(3, dtype=np.float32)[:2], np.array([0, 1]), np.arange(2))
    matrix = ConfusionMatrix.from_predictions(predictions)
    assert matrix.by_true_class[2].tolist() == [0, 0, 0]


def test_a_cell_holds_its_pictures_most_confident_first() -> None:
    logits = np.array([[0, 1], [0, 3], [5, 0], [0, 2], [0, 9]], np.float32)
    predictions = Predictions(logits, np.array([0, 0, 0, 0, 1]), np.array([10, 11, 12, 13, 14]))
    matrix = ConfusionMatrix.from_predictions(predictions)
    assert matrix.cell(0, 1).tolist() == [1, 3, 0]
    assert matrix.cell(1, 1).tolist() == [4]
    assert matrix.cell(1, 0).tolist() == []


def test_the_cells_share_out_all_pictures() -> None:
    matrix = ConfusionMatrix.from_predictions(random_predictions())
    rows = np.concatenate([matrix.cell(i, j) for i in range(7) for j in range(7)])
    assert sorted(rows.tolist()) == list(range(500))
    for i in range(7):
        for j in range(7):
            assert len(matrix.cell(i, j)) == matrix.counts[i, j]


def test_top_confusions_leave_out_the_diagonal() -> None:
    predictions = random_predictions()
    counts = np.array([[50, 2, 0], [7, 50, 2], [0, 0, 50]])
    matrix = ConfusionMatrix(counts, predictions)
    assert matrix.top_confusions(2) == (Confusion(1, 0, 7), Confusion(0, 1, 2))
    assert len(matrix.top_confusions(9)) == 3


def test_per_class_agrees_with_sklearn() -> None:
    predictions = random_predictions()
    ours = PerClass.from_matrix(ConfusionMatrix.from_predictions(predictions))
    precision, recall, f1, support = precision_recall_fscore_support(
        predictions.labels, predictions.predicted, labels=range(7)
    )
    np.testing.assert_allclose(ours.precision, precision)
    np.testing.assert_allclose(ours.recall, recall)
    np.testing.assert_allclose(ours.f1, f1)
    assert ours.true_counts.tolist() == support.tolist()
    assert ours.predicted_counts.sum() == 500
    assert ours.misclassified.sum() == (~predictions.correct).sum()


def test_nothing_divided_by_nothing_is_unknown() -> None:
    # Class 0 occurs and is never predicted, class 1 the other way round, class 2 neither.
    matrix = ConfusionMatrix(np.array([[0, 4, 0], [0, 0, 0], [0, 0, 0]]), random_predictions())
    ours = PerClass.from_matrix(matrix)
    np.testing.assert_array_equal(ours.precision, [np.nan, 0, np.nan])
    np.testing.assert_array_equal(ours.recall, [0, np.nan, np.nan])
    np.testing.assert_array_equal(ours.f1, [0, 0, np.nan])


@pytest.mark.parametrize(
    ("successes", "count", "words"),
    [
        (90, 100, "82.6 – 94.5%"),
        (10, 10, "72.2 – 100.0%"),
        (0, 10, "0.0 – 27.8%"),
        (9_999, 10_000, "99.943 – 99.998%"),  # not 100.0%
        (1, 10_000, "0.002 – 0.057%"),  # not 0.0%
        (0, 0, "0.0 – 100.0%"),
    ],
)
def test_only_certainty_is_written_as_such(successes: int, count: int, words: str) -> None:
    assert wilson_interval(successes, count).in_percent == words
