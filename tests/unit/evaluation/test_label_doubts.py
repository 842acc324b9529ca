"""Doubtful labels, worked out by hand and against cleanlab."""

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.evaluation.label_doubts import doubtful_labels


def noisy(pictures: int, classes: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return labels, a tenth of them wrong, and the probabilities of a model that is right on most pictures."""
    dice = np.random.default_rng(seed)
    true = dice.integers(0, classes, pictures)
    logits = dice.normal(size=(pictures, classes)) + 3.0 * np.eye(classes)[true]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.where(dice.random(pictures) < 0.1, dice.integers(0, classes, pictures), true)
    return labels.astype(np.int64), probabilities


def test_a_case_that_can_be_worked_out() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1])
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7], [0.45, 0.55]])
    # Pictures called 0 get 0.6 for it on average, those called 1 get 0.683: the third is surely a 1.
    rows, margins = doubtful_labels(labels, probabilities)
    assert rows.tolist() == [2]
    assert margins == pytest.approx([-0.8])


def test_the_most_doubtful_comes_first() -> None:
    labels = np.array([0] * 8 + [1] * 8)
    right = np.where(labels == 0, 0.9, 0.1)
    right[3], right[12], right[5] = 0.02, 0.97, 0.1
    rows, margins = doubtful_labels(labels, np.stack([right, 1 - right], axis=1))
    assert rows.tolist() == [3, 12, 5]
    assert margins == pytest.approx([-0.96, -0.94, -0.8])


@pytest.mark.parametrize(
    ("pictures", "classes", "seed"),
    [(2_000, 10, 1), (3_000, 100, 2), (400, 2, 3), (60, 5, 4), (1_000, 10, 5)],
)
def test_cleanlab_finds_the_same(pictures: int, classes: int, seed: int) -> None:
    filters = pytest.importorskip("cleanlab.filter", reason="needs requirements-dev.txt")
    labels, probabilities = noisy(pictures, classes, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = filters.find_label_issues(
            labels, probabilities, filter_by="confident_learning",
            return_indices_ranked_by="normalized_margin", n_jobs=1, min_examples_per_class=0,
        )  # fmt: skip
    found, margins = doubtful_labels(labels, probabilities)
    assert 0 < len(found) < pictures / 2
    assert sorted(found.tolist()) == sorted(expected.tolist())
    of_expected = {row: margin for row, margin in zip(found.tolist(), margins.tolist(), strict=True)}
    ranked = [of_expected[row] for row in expected.tolist()]
    assert ranked == sorted(ranked)


def test_wrong_labels_are_found() -> None:
    labels, probabilities = noisy(5_000, 10, 7)
    true = np.random.default_rng(7).integers(0, 10, 5_000)
    found, _ = doubtful_labels(labels, probabilities)
    wrong = np.flatnonzero(labels != true)
    right_doubts = len(np.intersect1d(found, wrong))
    assert right_doubts > 0.5 * len(wrong)
    assert right_doubts > 0.8 * len(found)


@pytest.mark.parametrize("pictures", [0, 1])
def test_next_to_nothing(pictures: int) -> None:
    labels, probabilities = np.zeros(pictures, np.int64), np.full((pictures, 3), 1 / 3)
    rows, margins = doubtful_labels(labels, probabilities)
    assert rows.shape == margins.shape == (0,)


def test_a_class_without_pictures_is_no_doubt() -> None:
    labels = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.5, 0.1, 0.4], [0.2, 0.1, 0.7], [0.1, 0.8, 0.1], [0.1, 0.3, 0.6]])
    rows, _ = doubtful_labels(labels, probabilities)
    assert rows.tolist() == []


def test_all_right_is_no_doubt() -> None:
    assert doubtful_labels(np.arange(4), np.eye(4))[0].tolist() == []
