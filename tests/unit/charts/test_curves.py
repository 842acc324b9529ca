"""Curves of several runs: told apart without colour, over an axis of whole epochs."""

import pytest

from cifar_core.charts.curves import MARKS, accuracy_figure, loss_figure
from cifar_core.charts.live_curves import metrics_columns
from cifar_core.runs.metrics import EpochMetrics, Metrics


def epochs(count: int) -> list[EpochMetrics]:
    return [EpochMetrics(n, 2 / n, 0.4, 2.1 / n, 0.5, 1e-3, 900.0, 2.0) for n in range(1, count + 1)]


def test_each_run_has_a_sign_of_its_own_on_its_validation_line() -> None:
    figure = accuracy_figure({name: epochs(20) for name in "abcd"}, {"seeds": [epochs(20), epochs(20)]})
    lines = [trace for trace in figure.data if trace.name]
    validation = [trace for trace in lines if trace.line.dash == "solid"]
    assert [trace.marker.symbol for trace in validation] == list(MARKS[:5])
    assert all(trace.mode == "lines+markers" for trace in validation)
    assert all(trace.marker.maxdisplayed < 20 for trace in validation)
    assert all(trace.mode == "lines" for trace in lines if trace.line.dash == "dash")


@pytest.mark.parametrize(
    ("count", "ticks"),
    [
        (1, [1, 2]),
        (2, [1, 2]),
        (3, [1, 2, 3]),
        (12, list(range(1, 13))),
        (13, [2, 4, 6, 8, 10, 12]),
        (60, [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]),
        (200, [20, 40, 60, 80, 100, 120, 140, 160, 180, 200]),
        (10_000, [1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000]),
    ],
)
def test_an_epoch_is_named_once_and_whole(count: int, ticks: list[int]) -> None:
    axis = loss_figure({"a": epochs(count)}).layout.xaxis
    low, high = axis.range
    shown = [value for value in range(int(axis.tick0), int(high) + 1, int(axis.dtick)) if value >= low]
    assert shown == ticks
    assert axis.dtick == int(axis.dtick)


def test_ten_names_in_the_legend_leave_the_plot_its_height() -> None:
    def height(names: list[str]) -> int:
        figure = accuracy_figure({name: epochs(3) for name in names}, height=420)
        # One entry for each run: the dashed line of training belongs to the solid one.
        assert [trace.name for trace in figure.data if trace.showlegend] == names
        return int(figure.layout.height) - 420

    short, long = (
        [f"r{number}" for number in range(10)],
        [f"a run with a long name {'x' * 30} {n}" for n in range(10)],
    )
    assert height(["a"]) == 26
    assert height(short) == 2 * 26  # eight beside each other
    assert height(long) == 10 * 26


def test_the_numbers_of_a_training_are_a_row_for_each_epoch() -> None:
    epochs = (
        EpochMetrics(1, 2.0, 0.2, 1.9, 0.25, 1e-3, 500.0, 4.0),
        EpochMetrics(2, 1.0, 0.3, 1.5, 0.5, 1e-3, 500.0, 4.0),
    )
    columns = metrics_columns(Metrics(epochs))
    assert columns["epoch"] == [1, 2]
    assert columns["val_accuracy"] == [0.25, 0.5]
    assert {len(values) for values in columns.values()} == {2}
    assert all(values == [] for values in metrics_columns(Metrics(())).values())
