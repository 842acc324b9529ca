"""The Pareto front, against its definition tried on every pair."""

import numpy as np
import pytest

from cifar_core.evaluation.pareto import pareto_front


def by_definition(costs: np.ndarray, values: np.ndarray) -> list[bool]:
    def beats(other: int, one: int) -> bool:
        as_good = costs[other] <= costs[one] and values[other] >= values[one]
        return bool(as_good and (costs[other] < costs[one] or values[other] > values[one]))

    every = range(len(costs))
    return [not any(beats(other, one) for other in every) for one in every]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("steps", [2, 5, 1000])
def test_as_defined(seed: int, steps: int) -> None:
    generator = np.random.default_rng(seed)
    count = int(generator.integers(0, 30))
    costs, values = generator.integers(0, steps, (2, count)).astype(float)  # with few steps, many ties
    assert pareto_front(costs, values).tolist() == by_definition(costs, values)


def test_by_hand() -> None:
    assert pareto_front([], []).tolist() == []
    assert pareto_front([3.0], [0.1]).tolist() == [True]
    assert pareto_front([1, 1, 1], [0.5, 0.5, 0.4]).tolist() == [True, True, False]  # equals stand together
    assert pareto_front([1, 2], [0.5, 0.5]).tolist() == [True, False]  # as good, but dearer
    assert pareto_front([2, 1, 3], [0.6, 0.5, 0.7]).tolist() == [True, True, True]
