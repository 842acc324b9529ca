"""Where a network found evidence for a class: what every method gives back."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.geometry import MapPlace


@dataclass(frozen=True)
class Heatmap:
    """Where a network found evidence for one class.

    Attributes
    ----------
    values : ndarray of float32, shape (h, w)
        Evidence as a share of its highest value, 0 to 1, at the layer's own resolution. Only ever divided by
        the maximum, never stretched: 0 means no evidence, in every map.
    maximum : float
        Highest evidence before anything was cut off or divided, in the unit of the method; not above 0 in an empty
        map.
    layer : str or None
        The layer that was looked at; ``None`` where the cells are the pixels themselves, or the patches that attend to
        one another.
    class_index : int
        The class the evidence is for.
    method : str
        How it was found: an id of :data:`cifar_core.explain.methods.registry.METHODS`.
    place : MapPlace or None
        Where its cells lie in the picture; ``None`` where the network's graph does not tell.
    total : float
        Sum of all evidence, for and against, in the unit of the method.
    """

    values: NDArray[np.float32]
    maximum: float
    layer: str | None
    class_index: int
    method: str
    place: MapPlace | None = None
    total: float = 0.0

    def on_scale(self, highest: float) -> Self:
        """Return the map on a scale that it shares with others.

        Parameters
        ----------
        highest : float
            The evidence that is 1 on that scale, above 0 and not below this map's own.
        """
        if self.is_empty:
            return self
        return replace(self, values=np.asarray(self.values * (self.maximum / highest), np.float32))

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the picture spoke for the class ("no positive evidence")."""
        return self.maximum <= 0

    @classmethod
    def from_evidence(
        cls,
        evidence: NDArray[np.float32],
        *,
        layer: str | None,
        class_index: int,
        method: str,
        place: MapPlace | None = None,
    ) -> Self:
        """Cut off what speaks against the class, and what cannot speak at all; scale by the maximum.

        Parameters
        ----------
        evidence : ndarray of float32, shape (h, w)
            One map of a method: positive where the picture speaks for the class.
        layer : str or None
            The layer that it was computed at, or none.
        class_index : int
            The class that was scored.
        method : str
            Id of the method.
        place : MapPlace, optional
            Where the cells lie. Those that have no way to the network's output are no evidence for anything, whatever
            a method that spreads gradients over all cells finds there.
        """
        if place is not None:
            evidence = np.where(place.used, evidence, np.float32(0))
        maximum = float(evidence.max())
        positive = np.maximum(evidence, 0)
        values = positive if maximum <= 0 else np.asarray(positive / maximum, dtype=np.float32)
        return cls(values, maximum, layer, class_index, method, place, float(evidence.sum(dtype=np.float64)))
