"""Where a network found evidence for a class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PREDICTED = -1
"""In place of a class index: the class with the highest logit."""


@dataclass(frozen=True)
class GradCam:
    """Where a network found evidence for one class.

    Attributes
    ----------
    heatmap : ndarray of float32, shape (h, w)
        Evidence as a share of its highest value, 0 to 1, at the layer's own resolution. Only ever divided by
        the maximum, never stretched: 0 means no evidence, in every map.
    maximum : float
        Highest value of the weighted sum before anything was cut off or divided; not above 0 in an empty map.
    layer : str
        Layer whose maps were weighed.
    class_index : int
        The class the evidence is for.
    """

    heatmap: NDArray[np.float32]
    maximum: float
    layer: str
    class_index: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the picture spoke for the class ("no positive evidence")."""
        return self.maximum <= 0

    @classmethod
    def from_weighted_sum(cls, weighted: NDArray[np.float32], *, layer: str, class_index: int) -> "GradCam":
        """Cut off what speaks against the class and scale by the maximum.

        Parameters
        ----------
        weighted : ndarray of float32, shape (h, w)
            One map of :func:`weighted_sum`.
        layer, class_index
            What it was computed for.
        """
        maximum = float(weighted.max())
        positive = np.maximum(weighted, 0)
        heatmap = positive if maximum <= 0 else np.asarray(positive / maximum, dtype=np.float32)
        return cls(heatmap, maximum, layer, class_index)
