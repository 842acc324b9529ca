"""The order of many classes in a matrix: by superclass, or by clustering what is confused."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.cluster import hierarchy

from cifar_core.evaluation.class_order import MOST_CLUSTERED, ClassOrder, confusion_order, group_order
from cifar_core.labels import CIFAR100_SUPERCLASSES

HUNDRED = sorted(name.replace(" ", "_") for names in CIFAR100_SUPERCLASSES.values() for name in names)
"""As CIFAR-100's own files have them."""


def test_cifar_100_has_twenty_superclasses_of_five() -> None:
    assert len(CIFAR100_SUPERCLASSES) == 20
    assert {len(names) for names in CIFAR100_SUPERCLASSES.values()} == {5}
    assert len(set(HUNDRED)) == 100
    # The first and last labels of the official list, which is alphabetical.
    assert (HUNDRED[0], HUNDRED[1], HUNDRED[83], HUNDRED[99]) == (
        "apple",
        "aquarium_fish",
        "sweet_pepper",
        "worm",
    )


@pytest.mark.parametrize("written", [str, str.upper, lambda name: name.replace("_", "-")])
def test_by_superclass_however_the_names_are_written(written: object) -> None:
    order = group_order([written(name) for name in HUNDRED])  # type: ignore[operator]
    assert order is not None
    assert sorted(order.labels) == list(range(100))
    assert order.groups[:2] == (("aquatic mammals", 5), ("fish", 5))
    assert [HUNDRED[label] for label in order.labels[:6]] == [
        "beaver", "dolphin", "otter", "seal", "whale", "aquarium_fish",
    ]  # fmt: skip
    assert [order.labels[place] for place in order.places] == list(range(100))


def test_a_part_of_cifar_100_has_the_groups_that_are_left() -> None:
    order = group_order(["trout", "apple", "whale", "ray"])
    assert order == ClassOrder(
        (2, 3, 0, 1), (("aquatic mammals", 1), ("fish", 2), ("fruit and vegetables", 1))
    )


@pytest.mark.parametrize("names", [["cat", "dog"], [*HUNDRED[:99], "zebra"], ["apple", "Apple"]])
def test_other_classes_have_no_superclasses(names: list[str]) -> None:
    assert group_order(names) is None


def test_what_is_confused_stands_together() -> None:
    # 0 and 3 are confused, 1 and 4 too, 2 with nothing.
    counts = np.diag([50, 50, 50, 50, 50])
    counts[0, 3] = counts[3, 0] = 30
    counts[1, 4] = 20
    order = confusion_order(counts)
    assert order is not None
    assert sorted(order.labels) == [0, 1, 2, 3, 4]
    assert abs(order.labels.index(0) - order.labels.index(3)) == 1
    assert abs(order.labels.index(1) - order.labels.index(4)) == 1
    assert order.groups == ()


def test_shares_count_not_pictures() -> None:
    # Of the rare class 2, all are taken for 0; of the frequent class 1 a tenth: 2 is the nearer one.
    counts = np.array([[1000, 0, 0], [100, 900, 0], [9, 0, 0]])
    order = confusion_order(counts)
    assert order is not None
    tree = hierarchy.linkage([1 - 0.05, 1 - 0.5, 1.0], "average")
    assert set(tree[0, :2].tolist()) == {0.0, 2.0}
    assert abs(order.labels.index(0) - order.labels.index(2)) == 1


def test_the_leaves_are_as_near_to_each_other_as_the_tree_allows() -> None:
    counts = np.random.default_rng(3).poisson(2, (20, 20)) + 50 * np.eye(20, dtype=np.int64)
    order = confusion_order(counts)
    assert order is not None
    shares = counts / counts.sum(axis=1, keepdims=True)
    far = 1 - (shares + shares.T) / 2
    plain = hierarchy.leaves_list(hierarchy.linkage(far[np.triu_indices(20, 1)], "average"))
    length = [sum(far[a, b] for a, b in pairwise(one)) for one in (order.labels, plain)]
    assert length[0] < length[1]


@pytest.mark.parametrize(
    "counts", [np.eye(20, dtype=np.int64), np.zeros((20, 20), np.int64), np.array([[1, 2], [3, 4]])]
)
def test_where_nothing_is_confused_there_is_no_order(counts: np.ndarray) -> None:
    assert confusion_order(counts) is None
    assert confusion_order(np.ones((MOST_CLUSTERED + 1, MOST_CLUSTERED + 1), np.int64)) is None


def test_a_class_without_pictures_and_ties_keep_every_class_once() -> None:
    counts = np.ones((30, 30), np.int64)
    counts[7] = 0
    order = confusion_order(counts)
    assert order is not None
    assert sorted(order.labels) == list(range(30))
