"""Sets that are too small or too uneven are judged before a training begins, in sentences."""

from collections.abc import Sequence

import numpy as np
import pytest

from cifar_core.data.balance import is_unbalanced
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.splits import divide, divided_counts
from cifar_core.data.trainable import check_trainable
from cifar_core.errors import DataError
from cifar_core.recipes.config import Recipe


def dataset(*counts: int) -> Dataset:
    """Make a data set with so many training pictures of each class, and one test picture of each."""
    names = ("ant", "bee", "cat", "dog")[: len(counts)]
    train, test = (np.repeat(np.arange(len(counts)), number) for number in (counts, 1))
    splits = [Split(np.zeros((len(labels), 32, 32, 3), np.uint8), labels) for labels in (train, test)]
    return Dataset("k", "insects", names, *splits, "a test", False, "0" * 16)


@pytest.mark.parametrize("counts", [(1,), (500,)])
def test_one_class_is_refused(counts: Sequence[int]) -> None:
    with pytest.raises(DataError) as caught:
        check_trainable(dataset(*counts), Recipe())
    assert str(caught.value) == (
        "All pictures of insects are of one class, ant: there is nothing to tell apart. Add pictures of a second class."
    )


@pytest.mark.parametrize("share", [0.01, 0.5])
def test_one_picture_of_each_class_is_refused(share: float) -> None:
    with pytest.raises(DataError) as caught:
        check_trainable(dataset(1, 1, 1), Recipe(validation_fraction=share))
    assert str(caught.value) == (
        "insects has one training picture of each class, so none can be held out to validate with. Add pictures: "
        "at least two of a class, better ten of each."
    )


def test_a_usual_set_needs_no_remark() -> None:
    assert check_trainable(dataset(100, 120, 140), Recipe()) == ()


def test_fewer_pictures_than_a_batch() -> None:
    assert check_trainable(dataset(100, 100), Recipe(batch_size=256)) == (
        "180 pictures to train with, fewer than the batch size of 256: each epoch is a single step. A smaller "
        "batch size gives more of them.",
    )
    assert check_trainable(dataset(100, 100), Recipe(batch_size=180)) == ()
    assert "18 pictures to train with" in check_trainable(dataset(100, 100), Recipe(training_share=0.1))[0]


def test_classes_that_are_not_validated_are_named() -> None:
    remarks = check_trainable(dataset(1, 2, 1), Recipe(batch_size=1))
    assert remarks == (
        "Validation says nothing of ant and cat: with one training picture of a class none is held out.",
        "1 picture held out for validation: each of them is 100 points of accuracy.",
        "Class imbalance: bee has 2 training pictures, ant 1. The same share of each class is held out for validation. "
        "A network that always says “bee” is right on 50% of them: look at balanced accuracy too, in which each class "
        "counts the same.",
    )


def test_imbalance_is_said_with_what_it_does_to_accuracy() -> None:
    (remark,) = check_trainable(dataset(300, 3), Recipe())
    assert remark.startswith("Class imbalance: ant has 300 training pictures, bee 3. ")
    assert "always says “ant” is right on 99% of them" in remark


@pytest.mark.parametrize(
    ("counts", "unbalanced"),
    [
        ([100, 150], False),
        ([100, 151], True),
        ([1, 2], True),
        ([0, 7], False),
        ([0, 7, 70], True),
        ([], False),
    ],
)
def test_the_rule_for_imbalance(counts: Sequence[int], unbalanced: bool) -> None:
    assert is_unbalanced(counts) is unbalanced


@pytest.mark.parametrize("seed", range(3))
def test_a_run_is_divided_class_by_class(seed: int) -> None:
    labels = dataset(300, 3, 40, 1).train.labels
    training, validation = divide(labels, validation_fraction=0.1, training_share=0.5, seed=seed)
    assert np.bincount(labels[validation], minlength=4).tolist() == [30, 1, 4, 0]
    assert np.bincount(labels[training], minlength=4).tolist() == [135, 1, 18, 1]
    assert not set(training) & set(validation)


@pytest.mark.parametrize("share", [1, 0.5, 0.001])
@pytest.mark.parametrize("fraction", [0.01, 0.1, 0.5])
def test_what_is_divided_is_counted_without_dividing_it(fraction: float, share: float) -> None:
    for sizes in (
        [3, 0, 1, 2, 40],
        [1, 1],
        [0, 0, 500],
        [25, 15, 5],
    ):  # of 25, 15 and 5 a half or a tenth is none
        labels = np.repeat(np.arange(len(sizes)), sizes)
        asked = {"validation_fraction": fraction, "training_share": share}
        counted = divided_counts(np.bincount(labels, minlength=len(sizes)), **asked)
        for counts, rows in zip(counted, divide(labels, seed=3, **asked), strict=True):
            np.testing.assert_array_equal(counts, np.bincount(labels[rows], minlength=len(sizes)))
