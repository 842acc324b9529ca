"""The bars and the heat map show the numbers they are given."""

from dataclasses import replace

import numpy as np

from cifar_core.charts.heatmap import heatmap_figure
from cifar_core.charts.palette import ACCENT, MISTAKE, NEUTRAL
from cifar_core.charts.probabilities import probability_bars, probability_words
from cifar_core.explain.geometry import Line, MapPlace
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.overlay import color_table
from cifar_core.explain.result import Explanation, name_probabilities
from cifar_core.labels import CIFAR10_CLASSES

NAMES = ("a", "b", "c", "d", "e", "f", "g")
ANSWER = Explanation(np.log(np.array([0.02, 0.5, 0.2, 0.1, 0.09, 0.08, 0.01], np.float32)), 1, None, ())


def test_top_five_and_the_true_class_further_down() -> None:
    found = name_probabilities(ANSWER, NAMES, "a")
    assert [(one.name, one.rank, one.is_true) for one in found] == [
        ("b", 1, False),
        ("c", 2, False),
        ("d", 3, False),
        ("e", 4, False),
        ("f", 5, False),
        ("a", 6, True),
    ]
    assert np.allclose([one.probability for one in found], [0.5, 0.2, 0.1, 0.09, 0.08, 0.02])
    assert len(name_probabilities(ANSWER, NAMES, "c")) == 5
    assert {one.is_true for one in name_probabilities(ANSWER, NAMES, None)} == {None}


def test_bars_have_room_for_their_names_from_the_beginning() -> None:
    """A browser wanted 87 and 61 pixels for these; with less Plotly draws all once more."""
    answer = Explanation(np.zeros(10, np.float32), 0, None, ())
    margin = probability_bars(name_probabilities(answer, CIFAR10_CLASSES, None)).layout.margin
    assert (margin.l, margin.b) == (88, 62)


def test_bars_mark_the_true_class_and_whether_the_first_choice_is_right() -> None:
    (bars,) = probability_bars(name_probabilities(ANSWER, NAMES, "a")).data
    assert list(bars.y) == ["b", "c", "d", "e", "f", "a (true, rank 6)"]
    assert bars.marker.color == (MISTAKE, NEUTRAL, NEUTRAL, NEUTRAL, NEUTRAL, NEUTRAL)
    assert bars.marker.line.width == (0, 0, 0, 0, 0, 2)
    (right,) = probability_bars(name_probabilities(ANSWER, NAMES, "b")).data
    assert right.y[0] == "b (true)"
    assert right.marker.color == (ACCENT, NEUTRAL, NEUTRAL, NEUTRAL, NEUTRAL)
    assert right.marker.line.width == (2, 0, 0, 0, 0)
    (unknown,) = probability_bars(name_probabilities(ANSWER, NAMES, None)).data
    assert unknown.marker.color == (NEUTRAL,) * 5  # neither right nor wrong
    assert unknown.marker.line.width == (0,) * 5
    assert list(unknown.x) == [100 * one.probability for one in name_probabilities(ANSWER, NAMES, None)]


def test_percentages_never_claim_certainty() -> None:
    assert [probability_words(value) for value in (0.0, 0.0004, 0.123, 0.9996, 1.0)] == [
        "0.0%",
        "< 0.1%",
        "12.3%",
        "> 99.9%",
        "100.0%",
    ]


def test_heatmap_has_the_scale_of_the_overlay() -> None:
    heatmap = Heatmap(np.array([[0.0, 0.5], [1.0, 0.25]], np.float32), 3.0, "conv", 0, "gradcam")
    (drawn,) = heatmap_figure(heatmap, color_map="viridis").data
    assert np.array_equal(drawn.z, 100 * heatmap.values)
    assert (drawn.zmin, drawn.zmax) == (0, 100)
    first, last = drawn.colorscale[0], drawn.colorscale[-1]
    assert (first[0], last[0]) == (0, 1)
    assert last[1] == "rgb({},{},{})".format(*color_table("viridis")[255])
    assert drawn.texttemplate == "%{z:.0f}"
    assert {sight for row in drawn.customdata for sight in row} == {""}
    line = Line(1.5, 4.0, 8, np.array([0, 2]), np.array([5, 7]))
    place = MapPlace(line, line, np.array([[True, True], [True, False]]))
    sights = heatmap_figure(replace(heatmap, place=place)).data[0].customdata
    assert sights[1][0] == "<br>sees rows 2 to 7, columns 0 to 5"
    assert sights[1][1] == "<br>sees rows 2 to 7, columns 2 to 7<br>has no way to the answer: gradient 0"
    large = Heatmap(np.zeros((26, 26), np.float32), 1.0, "conv", 0, "gradcam")
    assert heatmap_figure(large).data[0].texttemplate is None
