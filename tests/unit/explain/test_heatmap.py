"""Evidence is divided by its maximum and never stretched; what an empty map is called."""

import numpy as np
import pytest

from cifar_core.explain.heatmap import Heatmap


@pytest.mark.parametrize("values", [[[-3.0, -1.0]], [[0.0, 0.0]]])
def test_no_positive_evidence_is_never_stretched(values: list[list[float]]) -> None:
    heatmap = Heatmap.from_evidence(
        np.array(values, np.float32), layer="conv", class_index=0, method="gradcam"
    )
    assert heatmap.is_empty
    assert heatmap.values.tolist() == [[0.0, 0.0]]
    assert heatmap.maximum == max(values[0])


def test_a_constant_map_stays_constant() -> None:
    heatmap = Heatmap.from_evidence(
        np.full((2, 2), 0.25, np.float32), layer="conv", class_index=0, method="gradcam"
    )
    assert (heatmap.values == 1).all()
