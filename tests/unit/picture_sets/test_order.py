"""The order of a set: which one it has, and how it gets another."""

import numpy as np
import pytest

from cifar_core.errors import ExpressionError
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.order import Order, in_order, order_of
from cifar_core.picture_sets.universe import Universe


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("class(cat)", None),
        ("sort(class(cat), hue)", Order("hue", (), False)),
        ("sort(class(cat), hue, up)", Order("hue", (), False)),
        ("sort(sort(class(cat), hue), loss(a), down)", Order("loss", ("a",), True)),
        ("first(5, sort(class(cat), border, down))", Order("border", (), True)),
        ("sort(class(cat), hue, down) and wrong(a)", Order("hue", (), True)),
        ("wrong(a) and sort(class(cat), hue)", None),
        ("sort(class(cat), hue) or class(dog)", None),
        ("not sort(class(cat), hue)", None),
        ("saved(mine)", None),
        ('sort(wrong(a), disagreement(a, "b c"), down)', Order("disagreement", ("a", "b c"), True)),
    ],
)
def test_which_order_a_set_has(text: str, order: Order | None) -> None:
    assert order_of(text) == order


@pytest.mark.parametrize(
    ("text", "order", "written"),
    [
        ("class(cat) or class(dog)", Order("hue"), "sort(class(cat) or class(dog), hue, down)"),
        ("sort(class(cat), hue)", Order("loss", ("a",), False), "sort(class(cat), loss(a))"),
        ("sort(class(cat) and right(a), hue, down)", None, "class(cat) and right(a)"),
        ("class(cat)", None, "class(cat)"),
        (
            "first(5, sort(wrong(a), hue))",
            Order("border"),
            "sort(first(5, sort(wrong(a), hue)), border, down)",
        ),
        ("class(cat)", Order("disagreement", ("a", "b c")), 'sort(class(cat), disagreement(a, "b c"), down)'),
    ],
)
def test_another_order(text: str, order: Order | None, written: str) -> None:
    assert in_order(text, order) == written
    assert order is None or order_of(written) == order


def test_sorted_by_disagreement(universe: Universe) -> None:
    found = choose("sort(split(test), disagreement(third, second, fourth), down)", universe)
    assert found.text == "sort(split(test), disagreement(2026-third, 2026-second, 2026-fourth), down)"
    assert [said.run.id for said in found.said] == ["2026-third", "2026-second", "2026-fourth"]
    runs = {run.id: run for run in universe.runs}
    each = [
        evaluate_run(runs[f"2026-{name}"]).matrix.predictions.in_order().probabilities
        for name in ("third", "second", "fourth")
    ]
    mean = sum(each) / 3

    def entropy(row: np.ndarray) -> float:
        return -sum(float(value) * float(np.log2(value)) for value in row if value > 0)

    by_hand = [entropy(mean[i]) - sum(entropy(one[i]) for one in each) / 3 for i in range(len(mean))]
    start = universe.places("test").start
    values = found.sorted_by
    assert values is not None
    np.testing.assert_allclose(values[start:], by_hand, atol=1e-12)
    assert np.isnan(values[:start]).all()
    in_it = np.array(by_hand)[found.of_split("test")]
    assert (np.diff(in_it) <= 1e-12).all()
    assert len(in_it) == len(mean)


def test_what_a_set_is_sorted_by(universe: Universe) -> None:
    assert choose("class(cat)", universe).sorted_by is None
    values = choose("first(3, sort(class(cat), brightness))", universe).sorted_by
    assert values is not None
    np.testing.assert_array_equal(values, universe.attribute("brightness"))


@pytest.mark.parametrize("measure", ["disagreement", "disagreement(third)"])
def test_disagreement_takes_two(universe: Universe, measure: str) -> None:
    with pytest.raises(ExpressionError, match=r"two runs or more: write disagreement\(RUN, RUN\)"):
        choose(f"sort(class(cat), {measure})", universe)
