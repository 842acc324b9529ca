"""Grad-CAM: the parts of a picture that speak for a class."""

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


def weighted_sum(features: NDArray[np.float32], gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weigh each feature map by the mean of its gradient and add the maps up.

    Parameters
    ----------
    features : ndarray of float32, shape (N, h, w, K)
        Output of a convolutional layer: K maps for each picture.
    gradients : ndarray of float32, shape (N, h, w, K)
        Derivative of the class's **logit** with respect to ``features``. (Of a softmax output it would vanish
        wherever the network is sure.)

    Returns
    -------
    ndarray of float32, shape (N, h, w)
        Positive where the picture speaks for the class, negative where it speaks for others.

    References
    ----------
    R. R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
    Localization", ICCV 2017, arXiv:1610.02391, equations 1 and 2.
    """
    importance = gradients.mean(axis=(1, 2))
    # One product of a (h·w, K) matrix with a vector of K numbers for each picture.
    return np.asarray((features @ importance[:, None, :, None])[..., 0], dtype=np.float32)
