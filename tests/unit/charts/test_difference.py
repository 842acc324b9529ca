"""The difference of two confusion matrices."""

import numpy as np
import pytest

from cifar_core.charts.confusion import cell_of
from cifar_core.charts.difference import difference_figure
from cifar_core.evaluation.class_order import ClassOrder
from cifar_core.evaluation.confusion import ConfusionMatrix
from tests.fake_runs import predictions_of

LABELS = [0, 0, 0, 0, 1, 1, 1, 2]


def matrix(*said: int) -> ConfusionMatrix:
    return ConfusionMatrix.from_predictions(predictions_of(LABELS, said, 3))


FIRST, SECOND = matrix(0, 0, 0, 1, 1, 1, 1, 0), matrix(0, 1, 1, 1, 1, 1, 2, 0)


def test_more_of_the_first_is_blue_and_of_the_second_orange() -> None:
    figure = difference_figure(FIRST, SECOND, ["a", "b", "c"], ("one", "other"))
    blue, orange, targets = figure.data
    difference = np.array([[2, -2, 0], [0, 1, -1], [0, 0, 0]])
    assert np.nan_to_num(blue.z).tolist() == (np.maximum(difference, 0) / 2).tolist()
    assert np.nan_to_num(orange.z).tolist() == (np.maximum(-difference, 0) / 2).tolist()
    assert (blue.zmin, blue.zmax, orange.zmin, orange.zmax) == (0, 1, 0, 1)
    assert [list(row) for row in blue.text] == [["+2", "", ""], ["", "+1", ""], ["", "", ""]]
    assert [list(row) for row in orange.text] == [["", "−2", ""], ["", "", "−1"], ["", "", ""]]
    assert figure.layout.title.text == "one − other"
    assert [cell_of(number, 3) for (number,) in targets.customdata] == [
        (t, p) for t in range(3) for p in range(3)
    ]
    assert (
        targets.text[1] == "<b>a</b> taken for b<br>one: 1 picture<br>other: 3 pictures<br>Click to see them"
    )


def test_equal_matrices_differ_nowhere() -> None:
    figure = difference_figure(FIRST, FIRST, ["a", "b", "c"], ("one", "same"))
    assert np.isnan(figure.data[0].z).all()
    assert np.isnan(figure.data[1].z).all()


@pytest.mark.parametrize("classes", [2, 100])
def test_any_number_of_classes(classes: int) -> None:
    none = ConfusionMatrix.from_predictions(predictions_of([0], [1], classes))
    figure = difference_figure(none, none, [f"class {k}" for k in range(classes)], ("a", "b"))
    assert len(figure.data[2].x) == (4 if classes == 2 else 1)


def test_in_another_order() -> None:
    figure = difference_figure(FIRST, SECOND, ["a", "b", "c"], ("one", "other"), order=ClassOrder((2, 1, 0)))
    assert [list(row) for row in figure.data[0].text] == [["", "", ""], ["", "+1", ""], ["", "", "+2"]]
    assert figure.layout.xaxis.ticktext == ("c", "b", "a")
    assert cell_of(figure.data[2].customdata[1][0], 3) == (0, 1)
    assert (figure.data[2].x[1], figure.data[2].y[1]) == (1, 2)
