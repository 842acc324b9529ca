"""Where a class has no picture, no bar is not a bar of no height."""

import numpy as np

from cifar_core.charts.class_counts import class_counts_figure
from cifar_core.charts.confusion import confusion_figure
from cifar_core.charts.per_class import measure_figure, misclassified_figure
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.evaluation.per_class import PerClass
from cifar_core.evaluation.predictions import Predictions

NAMES = ("ant", "bee", "cat")
LABELS, PREDICTED = np.repeat([0, 2], [6, 10]), np.repeat([0, 1, 2], [5, 3, 8])
MATRIX = ConfusionMatrix.from_predictions(
    Predictions(np.eye(3, dtype=np.float32)[PREDICTED], LABELS, np.arange(len(LABELS)))
)


def test_the_counts_say_none() -> None:
    figure = class_counts_figure(NAMES, np.array([20, 20, 20]), np.array([6, 0, 10]))
    assert [list(bars.text) for bars in figure.data] == [["", "", ""], ["", "none", ""]]


def test_a_class_without_test_pictures_is_called_so() -> None:
    figures = {"run": PerClass.from_matrix(MATRIX)}
    for figure in (measure_figure(figures, NAMES, "recall"), misclassified_figure(figures, NAMES)):
        assert list(figure.layout.xaxis.ticktext) == ["ant", "bee<br>(no test pictures)", "cat"]
    bars = measure_figure(figures, NAMES, "recall").data[0]
    assert list(bars.text) == ["of 6", "of 0", "of 10"]


def test_an_empty_row_of_the_matrix_is_called_so() -> None:
    figure = confusion_figure(MATRIX, NAMES)
    assert list(figure.layout.yaxis.ticktext) == ["ant", "bee (none)", "cat"]
    assert list(figure.layout.xaxis.ticktext) == ["ant", "bee", "cat"]
