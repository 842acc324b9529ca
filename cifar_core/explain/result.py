"""What is known of one picture once a network has looked at it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.gradcam import GradCam
from cifar_core.explain.layers import CamLayer


@dataclass(frozen=True)
class Explanation:
    """A network's answer for one picture, and where it looked.

    Attributes
    ----------
    logits : ndarray of float32, shape (classes,)
        Output of the network before the softmax.
    class_index : int
        The class that is explained: the one asked for, or the predicted one.
    cam : GradCam or None
        The heat map; ``None`` for a network without convolutions.
    layers : tuple of CamLayer
        The layers a heat map can be computed at, in the order of computation.
    no_cam_reason : str or None
        Why there is no heat map, as a sentence.
    """

    logits: NDArray[np.float32]
    class_index: int
    cam: GradCam | None
    layers: tuple[CamLayer, ...]
    no_cam_reason: str | None = None

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Softmax of the logits, shape (classes,), adding up to 1."""
        logits = self.logits.astype(np.float64)
        exponentials = np.exp(logits - logits.max())
        return np.asarray(exponentials / exponentials.sum())

    @property
    def predicted(self) -> int:
        """Index of the most probable class."""
        return int(np.argmax(self.logits))

    def top(self, count: int = 5) -> tuple[tuple[int, float], ...]:
        """Return the most probable classes as (index, probability), highest first, ties by index."""
        probabilities = self.probabilities
        order = np.argsort(-probabilities, kind="stable")[:count]
        return tuple((int(index), float(probabilities[index])) for index in order)
