"""The numbers of a chart are those that it was drawn from."""

import numpy as np

from cifar_core.charts.class_counts import class_counts_figure
from cifar_core.charts.confidence import coverage_figure, reliability_figure
from cifar_core.charts.histograms import colour_histogram_figure
from cifar_core.charts.importance import importance_figure
from cifar_core.charts.numbers import figure_numbers, map_numbers, matrix_numbers
from cifar_core.charts.probabilities import probability_bars
from cifar_core.evaluation.calibration import Reliability
from cifar_core.explain.result import ClassProbability


def test_bars_have_their_classes() -> None:
    figure = class_counts_figure(("<b>cat", "dog & co"), np.array([5, 0]), np.array([2, 3]))
    assert figure_numbers(figure) == {
        "series": ["training", "training", "test", "test"],
        "class": ["<b>cat", "dog & co", "<b>cat", "dog & co"],
        "pictures": [5, 0, 2, 3],
    }


def test_of_a_hundred_classes_each_has_its_name() -> None:
    names = tuple(f"c{number}" for number in range(100))
    figure = class_counts_figure(names, np.arange(100), np.arange(100))
    found = figure_numbers(figure)
    assert list(found.values())[1] == [*names, *names]


def test_long_names_of_many_classes_leave_room_for_their_bars() -> None:
    names = [f"a class of animals, number {number}" for number in range(13)]
    figure = class_counts_figure(names, np.arange(13), np.arange(13))
    assert set(figure.layout.xaxis.ticktext) == {"a class of animals,…"}
    assert figure_numbers(figure)["class"] == [*names, *names]
    few = class_counts_figure(names[:12], np.arange(12), np.arange(12))
    assert list(few.layout.xaxis.ticktext) == names[:12]


def test_a_line_for_orientation_is_no_number() -> None:
    bins = Reliability(
        np.array([0.1, 0.9]), np.array([0.0, 1.0]), np.array([3, 4]), np.array([0, 0.5]), np.array([0.5, 1])
    )
    found = figure_numbers(reliability_figure({"a <i>": bins}))
    assert len(found) == 2  # one series
    assert [value for column in found.values() for value in column] == [
        value for column in (100 * bins.confidence, 100 * bins.accuracy) for value in column.tolist()
    ]


def test_bars_across() -> None:
    figure = probability_bars(
        [ClassProbability("cat", 0.75, 1, True), ClassProbability("dog", 0.25, 2, False)]
    )
    found = figure_numbers(figure)
    assert list(found.items()) == [("name", ["cat (true)", "dog"]), ("probability (%)", [75.0, 25.0])]
    assert list(figure_numbers(importance_figure([("rate", 0.4)])).values()) == [["rate"], [40.0]]


def test_three_colours_of_256_values() -> None:
    shares = np.arange(768.0).reshape(3, 256) / 768
    found = figure_numbers(colour_histogram_figure(shares))
    assert [len(column) for column in found.values()] == [768, 768, 768]
    assert list(dict.fromkeys(found["series"])) == ["red", "green", "blue"]


def test_nothing_drawn_is_an_empty_table() -> None:
    assert all(not column for column in figure_numbers(coverage_figure({})).values())


def test_a_matrix_as_it_is_seen() -> None:
    found = matrix_numbers(np.array([[5, 1], [0, 7]]), ("cat", "cat"))
    assert list(found.values()) == [["cat", "cat"], [5, 0], [1, 7]]
    assert len(found) == 3  # two classes of one name are two columns


def test_a_map_as_it_lies() -> None:
    found = map_numbers(np.array([[0.5, 1.0, 0.0]], np.float32))
    assert list(found.values()) == [[0], [0.5], [1.0], [0.0]]
