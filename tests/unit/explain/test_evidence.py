"""What a method is given of a network that is hardly one: finite answers, and numbers inside that are too large."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.compiled import Compiled
from cifar_core.explain.evidence import Asked, find_evidence
from cifar_core.explain.layers import CamLayer
from cifar_core.explain.methods.registry import METHODS

PICTURES = np.zeros((2, 8, 8, 3), np.uint8)


class Huge:
    """A layer of numbers so small, and gradients so large, that the logits are whole and squares are not."""

    def __init__(self, gradient: float) -> None:
        self.gradient = np.float32(gradient)

    def gradients(self, layer: str, score: str) -> Callable[..., Any]:
        features = np.full((2, 2, 2, 3), 1 / self.gradient, np.float32)
        logits = np.tile(np.array([1, 2, 3], np.float32), (2, 1))
        return lambda *_: (logits, features, np.full_like(features, self.gradient))


def asked() -> Asked:
    layer = CamLayer("maps", "Conv2D", 2, 2, 3)
    return Asked(PICTURES, layer, "logit", None, None, lambda share: None)


@pytest.mark.parametrize("gradient", [1e25, 1e38])
def test_evidence_that_is_no_number_is_a_sentence(gradient: float) -> None:
    with pytest.raises(ExplainError, match=r"^Grad-CAM\+\+ finds numbers here that are not finite: .*\.$"):
        find_evidence(cast(Compiled, Huge(gradient)), METHODS["gradcam++"], asked())


def test_evidence_of_the_same_network_that_is_a_number_is_given() -> None:
    found = find_evidence(cast(Compiled, Huge(1e25)), METHODS["hirescam"], asked())
    assert found.maps == pytest.approx(3.0)
    assert found.chosen.tolist() == [2, 2]
    assert found.others.tolist() == [1, 1]
