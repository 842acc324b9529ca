"""A set against the rest: by hand, beside SciPy and pandas, and where nothing can be asked."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, false_discovery_control, hypergeom

from cifar_core.picture_sets.against_rest import AgainstRest, against_rest, corrected_for_all
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe


def test_counts_are_those_of_pandas(universe: Universe) -> None:
    said = universe.said("fourth")
    frame = pd.DataFrame({"label": universe.test_labels, "right": said.predictions.correct})
    groups = frame.assign(cat=frame.label == 3).groupby("cat").right.agg(["count", "sum"])
    found = against_rest(choose("class(cat)", universe), said)
    assert (found.count, found.right) == tuple(groups.loc[True])
    assert (found.rest_count, found.rest_right) == tuple(groups.loc[False])
    assert found.difference == pytest.approx(
        frame.right[frame.label == 3].mean() - frame.right[frame.label != 3].mean()
    )


def test_p_is_the_sum_of_all_tables_that_are_as_rare(universe: Universe) -> None:
    said = universe.said("third")
    found = against_rest(choose("brightness(..110)", universe), said)
    everything, right = found.count + found.rest_count, found.right + found.rest_right
    chances = hypergeom.pmf(np.arange(found.count + 1), everything, right, found.count)
    assert found.p_value == pytest.approx(chances[chances <= chances[found.right] * (1 + 1e-7)].sum())


def test_newcombes_own_example() -> None:
    # Table II of the paper, (a) by method 10: 56/70 against 48/80.
    interval = AgainstRest(70, 56, 80, 48, None).difference_interval()
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0524, 0.3339)
    # (g): 10/10 against 0/10.
    extreme = AgainstRest(10, 10, 10, 0, None).difference_interval()
    assert (round(extreme.low, 4), round(extreme.high, 4)) == (0.6075, 1.0)


@pytest.mark.parametrize("together", [1, 4, 50])
def test_intervals_of_many_lines_are_wider(together: int) -> None:
    line = AgainstRest(70, 56, 80, 48, None)
    here, rest = (
        binomtest(right, count).proportion_ci(1 - 0.05 / together, method="wilson")
        for right, count in ((56, 70), (48, 80))
    )
    assert (line.interval(together).low, line.interval(together).high) == pytest.approx(tuple(here))
    found = line.difference_interval(together)
    assert found.low == pytest.approx(0.2 - np.hypot(0.8 - here.low, rest.high - 0.6))
    assert found.high == pytest.approx(0.2 + np.hypot(here.high - 0.8, 0.6 - rest.low))


@pytest.mark.parametrize("expression", ["class(cat) and class(dog)", "split(test)", "split(train)"])
def test_where_one_side_is_empty_nothing_is_said(universe: Universe, expression: str) -> None:
    found = against_rest(choose(expression, universe), universe.said("third"))
    assert found.p_value is None
    assert found.difference is None
    assert (found.difference_interval(3).low, found.difference_interval(3).high) == (-1, 1)
    assert (found.accuracy is None) == (not found.count)


def test_one_picture_and_ties_are_no_difference(universe: Universe) -> None:
    one = against_rest(choose("list(test:1)", universe), universe.said("third"))
    assert (one.count, one.right, one.accuracy) == (1, 1, 1.0)
    assert one.p_value is not None
    assert one.p_value > 0.5
    assert AgainstRest(10, 5, 20, 10, 1.0).difference == 0


def test_what_a_run_itself_chose_is_not_tested(universe: Universe) -> None:
    chosen = choose("wrong(fourth)", universe)
    assert against_rest(chosen, universe.said("fourth")).p_value is None
    assert against_rest(chosen, universe.said("third")).p_value is not None


def test_p_is_corrected_for_all_lines_that_have_one() -> None:
    lines = [AgainstRest(9, 9, 9, 9, p) for p in (0.01, None, 0.04, 0.03)]
    assert [one.p_value for one in corrected_for_all(lines)] == [0.03, None, 0.06, 0.06]
    assert corrected_for_all([]) == ()
    # Never less strict than Benjamini and Hochberg's correction of the same.
    rng = np.random.default_rng(1).random(30)
    holm = [one.p_value for one in corrected_for_all([AgainstRest(9, 9, 9, 9, float(p)) for p in rng])]
    assert (np.array(holm) >= false_discovery_control(rng) - 1e-12).all()
