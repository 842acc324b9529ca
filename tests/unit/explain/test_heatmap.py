"""Evidence is divided by its maximum and never stretched; what an empty map is called."""

import numpy as np
import pytest

from cifar_core.explain.geometry import Line, MapPlace
from cifar_core.explain.heatmap import Heatmap


@pytest.mark.parametrize("values", [[[-3.0, -1.0]], [[0.0, 0.0]]])
def test_no_positive_evidence_is_never_stretched(values: list[list[float]]) -> None:
    heatmap = Heatmap.from_evidence(
        np.array(values, np.float32), layer="conv", class_index=0, method="gradcam"
    )
    assert heatmap.is_empty
    assert heatmap.values.tolist() == [[0.0, 0.0]]
    assert heatmap.maximum == max(values[0])


def test_cells_without_a_way_to_the_answer_are_no_evidence() -> None:
    line = Line(0.0, 2.0, 4, np.array([0, 2]), np.array([1, 3]))
    place = MapPlace(line, line, np.array([[True, True], [True, False]]))
    evidence = np.array([[1, 2], [-1, 8]], np.float32)
    heatmap = Heatmap.from_evidence(evidence, layer="conv", class_index=0, method="gradcam", place=place)
    assert heatmap.maximum == 2
    assert heatmap.values.tolist() == [[0.5, 1], [0, 0]]
    only_there = Heatmap.from_evidence(
        -evidence * [[1, 1], [0, -1]], layer="c", class_index=0, method="m", place=place
    )
    assert only_there.is_empty


def test_on_a_scale_of_several_a_map_is_as_much_as_it_has() -> None:
    evidence = np.array([[1, 4], [0, -2]], np.float32)
    heatmap = Heatmap.from_evidence(evidence, layer="conv", class_index=0, method="gradcam")
    assert heatmap.on_scale(16).values.tolist() == [[1 / 16, 0.25], [0, 0]]
    empty = Heatmap.from_evidence(-evidence * 0 - 1, layer="conv", class_index=0, method="gradcam")
    assert empty.on_scale(16).values.tolist() == [[0, 0], [0, 0]]


def test_a_constant_map_stays_constant() -> None:
    heatmap = Heatmap.from_evidence(
        np.full((2, 2), 0.25, np.float32), layer="conv", class_index=0, method="gradcam"
    )
    assert (heatmap.values == 1).all()
