"""The most confused pairs of a run, and the order of the classes in its matrix."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from cifar_core.evaluation.run_evaluation import Evaluation
from cifar_core.labels import CIFAR100_SUPERCLASSES
from cifar_core.views.compare.order import (
    BY_CONFUSION,
    BY_GROUP,
    axis_names,
    can_be_ordered,
    matrix_order,
    order_sentences,
)
from cifar_core.views.compare.page import ComparedRun, CompareView
from cifar_core.views.compare.pairs import confused_pairs, pair_columns
from tests.fake_runs import predictions_of, provenance

HUNDRED = tuple(sorted(name for names in CIFAR100_SUPERCLASSES.values() for name in names))


def run(labels: Sequence[int], said: Sequence[int], names: Sequence[str]) -> ComparedRun:
    row: Any = SimpleNamespace(id="a", label="a")
    evaluation = Evaluation.of(predictions_of(labels, said, len(names)))
    return ComparedRun(row, provenance(class_names=tuple(names)), evaluation)


def view(*runs: ComparedRun) -> CompareView:
    return CompareView(runs, {}, {}, {}, None, ())


def test_by_hand() -> None:
    # Four cats, three of them taken for dogs; two dogs, one taken for a frog; one frog, taken for a cat.
    pairs = confused_pairs(run([0, 0, 0, 0, 1, 1, 2], [1, 1, 1, 0, 1, 2, 0], ("cat", "dog", "frog")), most=2)
    assert [(one.true, one.predicted, one.count, one.of) for one in pairs] == [
        ("cat", "dog", 3, 4),
        ("dog", "frog", 1, 2),  # of two mistakes of one picture each, the lower true class first
    ]
    assert [one.cell for one in pairs] == ["cat,dog", "dog,frog"]
    wilson = binomtest(3, 4).proportion_ci(method="wilson")
    assert (pairs[0].interval.low, pairs[0].interval.high) == pytest.approx((wilson.low, wilson.high))
    columns = pair_columns(pairs)
    assert columns["True → said"] == ["cat → dog", "dog → frog"]
    # Beside long names the figures are to be seen.
    long = [replace(pair, true="a rather long name", predicted="aquarium_fish") for pair in pairs[:1]]
    assert pair_columns(long)["True → said"] == ["a rather lon… → aquarium_fish"]
    assert columns["n"] == [3, 1]
    assert columns["Of the class"] == ["75.0% (30.1 – 95.4%)", "50.0% (9.5 – 90.5%)"]


@pytest.mark.parametrize(("labels", "said"), [([], []), ([0, 1, 2], [0, 1, 2])])
def test_without_a_mistake_there_is_no_pair(labels: list[int], said: list[int]) -> None:
    assert confused_pairs(run(labels, said, ("a", "b", "c")), most=5) == ()
    assert pair_columns([])["n"] == []


def test_a_hundred_classes_one_of_them_without_pictures() -> None:
    rng = np.random.default_rng(5)
    labels = rng.integers(1, 100, 4000)  # no apple
    said = np.where(rng.random(4000) < 0.5, labels, rng.integers(0, 100, 4000))
    pairs = confused_pairs(run(labels.tolist(), said.tolist(), HUNDRED), most=10_000)
    assert sum(one.count for one in pairs) == (labels != said).sum()
    assert [one.count for one in pairs] == sorted((one.count for one in pairs), reverse=True)
    assert "apple" not in {one.true for one in pairs}


def test_few_classes_stand_as_they_are_listed() -> None:
    one = run([0, 1], [1, 0], ("a", "b"))
    assert not can_be_ordered(view(one))
    assert matrix_order(one, view(one)) is None
    assert axis_names(("a", "b"), None) == ["a", "b"]
    assert order_sentences([None]) == ()


def test_a_hundred_classes_stand_by_superclass_or_by_what_is_confused() -> None:
    one = run([0, 1], [1, 0], HUNDRED)
    order = matrix_order(one, view(one))
    assert order is not None
    assert axis_names(HUNDRED, order)[:3] == ["beaver", "dolphin", "otter"]
    assert order_sentences([order, order]) == (BY_GROUP,)
    other = run([0, 9], [9, 0], [f"class {k}" for k in range(20)])
    clustered = matrix_order(other, view(other))
    assert clustered is not None
    assert abs(clustered.labels.index(0) - clustered.labels.index(9)) == 1
    assert can_be_ordered(view(one, other))
    assert order_sentences([order, clustered, None]) == (BY_GROUP, BY_CONFUSION)


def test_matrices_of_the_same_classes_share_their_order() -> None:
    names = [f"class {k}" for k in range(20)]
    first, second = run([0], [9], names), run([4], [2], names)
    orders = [matrix_order(one, view(first, second)) for one in (first, second)]
    assert orders[0] == orders[1] is not None
    for pair in ((0, 9), (2, 4)):
        assert abs(np.subtract(*orders[0].places[list(pair)])) == 1
