from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from cifar_core.evaluation.repeats import Repeats, difference_interval, mean_curve, student_quantile
from cifar_core.runs.metrics import EpochMetrics


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_the_quantile_agrees_with_scipy(confidence: float) -> None:
    for degrees in (*range(1, 40), 99, 1000):
        expected = stats.t.ppf((1 + confidence) / 2, degrees)
        assert student_quantile(confidence, degrees) == pytest.approx(expected, rel=1e-10)


def test_mean_and_interval_agree_with_scipy() -> None:
    values = (0.676, 0.684, 0.679, 0.691, 0.672)
    repeats = Repeats(values)
    low, high = stats.t.interval(0.95, 4, loc=np.mean(values), scale=stats.sem(values))
    assert repeats.interval is not None
    assert (repeats.interval.low, repeats.interval.high) == pytest.approx((low, high), abs=1e-12)
    assert repeats.mean == pytest.approx(0.6804)
    assert repeats.deviation == pytest.approx(np.std(values, ddof=1))
    assert repeats.sentence() == "68.0% (95% interval of the mean over 5 seeds: 67.1 – 69.0%)"


def test_one_run_has_no_interval() -> None:
    assert Repeats((0.7,)).interval is None
    assert Repeats((0.7,)).sentence() == "70.0% with one seed: no interval"


@pytest.mark.parametrize(
    "accuracies", [(0.99, 0.999), (0.001, 0.01), (0.5, 0.9), (0.2, 1.0, 0.9), (0.0, 1.0)]
)
def test_the_interval_stays_among_what_is_possible(accuracies: tuple[float, ...]) -> None:
    repeats = Repeats(accuracies)
    low, high = stats.t.interval(
        0.95, len(accuracies) - 1, loc=np.mean(accuracies), scale=stats.sem(accuracies)
    )
    assert repeats.interval is not None
    assert (repeats.interval.low, repeats.interval.high) == pytest.approx((max(low, 0), min(high, 1)))
    assert low < 0 or high > 1  # as it would be said
    difference = difference_interval(repeats, Repeats(tuple(1 - one for one in accuracies)))
    assert -1 <= difference.low < difference.high <= 1


def test_two_accuracies_near_one() -> None:
    assert Repeats((0.99, 0.999)).sentence() == "99.4% (95% interval of the mean over 2 seeds: 93.7 – 100.0%)"


@pytest.mark.parametrize("accuracies", [(0.9, 0.9), (0.1, 0.1, 0.1), (1.0, 1.0)])
def test_equal_accuracies_are_not_known_without_error(accuracies: tuple[float, ...]) -> None:
    repeats = Repeats(accuracies)
    assert repeats.deviation == 0.0
    assert repeats.interval is None
    assert repeats.sentence().endswith(f"% with each of {len(accuracies)} seeds: no interval")
    with pytest.raises(ValueError, match="runs that differ"):
        difference_interval(repeats, repeats)
    assert (
        difference_interval(repeats, Repeats((0.5, 0.6))).low
        < difference_interval(repeats, Repeats((0.5, 0.6))).high
    )


def test_bands_stay_among_what_is_possible() -> None:
    accuracy = mean_curve([epochs(0.9, 0.5), epochs(0.98, 0.5)], "val_accuracy")
    assert accuracy.high.tolist() == [1.0, 0.5]
    assert 0 < accuracy.low[0] < 0.94
    losses = [
        [replace(line, val_loss=loss) for line, loss in zip(epochs(0.5, 0.5), row, strict=True)]
        for row in ((0.1, 2.0), (0.5, 2.2))
    ]
    loss = mean_curve(losses, "val_loss")
    assert loss.low.tolist() == [0.0, pytest.approx(2.1 - stats.t.ppf(0.975, 1) * 0.1)]
    assert loss.high[1] > 1


def test_the_interval_covers_as_often_as_it_says() -> None:
    draws = np.random.default_rng(0).normal(0.8, 0.01, (2000, 3))
    covered = [0.8 in interval for row in draws if (interval := Repeats(tuple(row)).interval)]
    assert 0.93 < np.mean(covered) < 0.97


def test_the_difference_of_two_recipes() -> None:
    a, b = Repeats((0.70, 0.72, 0.71)), Repeats((0.75, 0.77, 0.73, 0.75))
    interval = difference_interval(a, b)
    welch = stats.ttest_ind(b.accuracies, a.accuracies, equal_var=False).confidence_interval(0.95)
    assert (interval.low, interval.high) == pytest.approx((welch.low, welch.high), rel=1e-9)
    with pytest.raises(ValueError, match="two runs or more"):
        difference_interval(a, Repeats((0.7,)))


@pytest.mark.parametrize(
    ("first", "second"), [((3, 0.01), (3, 0.01)), ((3, 0.01), (5, 0.002)), ((10, 0.004), (4, 0.01))]
)
def test_equal_recipes_are_called_different_as_rarely_as_promised(
    first: tuple[int, float], second: tuple[int, float]
) -> None:
    dice = np.random.default_rng(2)
    draws = [dice.normal(0.8, spread, (3_000, runs)) for runs, spread in (first, second)]
    pairs = [(Repeats(tuple(a)), Repeats(tuple(b))) for a, b in zip(*draws, strict=True)]
    different = np.mean([0 not in difference_interval(a, b) for a, b in pairs])
    assert different < 0.065  # 5%, and what chance makes of 3,000 draws and of Welch's approximation


def epochs(*accuracies: float) -> list[EpochMetrics]:
    return [EpochMetrics(n, 1.0, 0.5, 1.0, value, 1e-3, 1.0, 1.0) for n, value in enumerate(accuracies, 1)]


def test_curves_are_averaged_as_far_as_all_runs_came() -> None:
    curve = mean_curve([epochs(0.2, 0.4, 0.6), epochs(0.4, 0.4)], "val_accuracy")
    assert curve.epochs.tolist() == [1, 2]
    assert curve.mean.tolist() == pytest.approx([0.3, 0.4])
    half = stats.t.ppf(0.975, 1) * np.std([0.2, 0.4], ddof=1) / np.sqrt(2)
    assert half > 0.7
    assert curve.high.tolist() == pytest.approx([1.0, 0.4])
    assert curve.low.tolist() == pytest.approx([0.0, 0.4])
    alone = mean_curve([epochs(0.2, 0.4)], "val_accuracy")
    assert alone.low.tolist() == alone.high.tolist() == [0.2, 0.4]
    assert mean_curve([epochs(0.2), epochs()], "val_accuracy").epochs.tolist() == []
