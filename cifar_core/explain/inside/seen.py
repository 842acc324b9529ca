"""What is asked about the inside of a network, and what comes back."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.geometry import MapPlace


@dataclass(frozen=True)
class InsideLayer:
    """A layer as a reader sees it.

    Attributes
    ----------
    name : str
        Name in the model; layers of a nested model are ``"outer/inner"``.
    operation : str
        What it does, in words.
    height, width : int
        Size of each of its maps; 1 and 1 where it gives one number for each channel.
    channels : int
        How many.
    """

    name: str
    operation: str
    height: int
    width: int
    channels: int

    @property
    def has_maps(self) -> bool:
        """Whether it gives more than one number for each channel."""
        return self.height * self.width > 1


@dataclass(frozen=True, eq=False)
class Seen:
    """What the layers of a network make of one picture.

    Attributes
    ----------
    layers : tuple of InsideLayer
        All that compute something, in the order of computation.
    layer : InsideLayer or None
        The one that was asked for.
    maps : ndarray of float32, shape (h, w, K), or None
        What that gives for the picture.
    colours : ndarray of float32, shape (K, a, b, 3), or None
        Its filters, where they look at the three colours of the picture itself.
    weights : ndarray of float32, shape (C, a, b), or None
        The filter of the channel that was asked for, where it looks at C maps of the layer before.
    """

    layers: tuple[InsideLayer, ...]
    layer: InsideLayer | None = None
    maps: NDArray[np.float32] | None = None
    colours: NDArray[np.float32] | None = None
    weights: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class InsideRequest:
    """Ask what the layers of a network make of one picture.

    Attributes
    ----------
    model : Path
        Which network: a ``model.keras``.
    picture : ndarray of uint8, shape (32, 32, 3)
        RGB picture.
    layer : str or None
        Whose maps; ``None`` for the list of layers alone.
    channel : int or None
        Whose filter.
    """

    model: Path
    picture: NDArray[np.uint8]
    layer: str | None = None
    channel: int | None = None


@dataclass(frozen=True, eq=False)
class PeaksRequest:
    """Ask how strongly each channel of a layer is excited by each of many pictures.

    Attributes
    ----------
    model : Path
        Which network: a ``model.keras``.
    pictures : ndarray of uint8, shape (N, 32, 32, 3)
        RGB pictures.
    layer : str
        Which layer.
    """

    model: Path
    pictures: NDArray[np.uint8]
    layer: str


@dataclass(frozen=True, eq=False)
class Peaks:
    """The highest value that each channel of a layer has anywhere in each of N pictures.

    Attributes
    ----------
    values : ndarray of float32, shape (N, K)
        The highest values.
    cells : ndarray of int64, shape (N, K)
        The cell of the map that has it, row by row, the first of equal ones; −1 where all cells have the same value.
    place : MapPlace or None
        Where the cells lie in the picture; ``None`` where the network's graph does not tell.
    """

    values: NDArray[np.float32]
    cells: NDArray[np.int64]
    place: MapPlace | None = None
