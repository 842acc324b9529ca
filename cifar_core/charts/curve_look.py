"""How curves are drawn: over which axis, how smooth, how dense, and what stands behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 50_000
"""Of all lines of one chart: about half a megabyte to the browser."""


@dataclass(frozen=True, eq=False)
class BackgroundCurve:
    """The validation line of a run in the background.

    Attributes
    ----------
    x : ndarray of float64, shape (T,)
        Where its epochs stand on the axis.
    accuracy, loss : ndarray of float64, shape (T,)
        Accuracy from 0 to 1; loss in nats.
    """

    x: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    loss: NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """How curves are drawn.

    Attributes
    ----------
    title : str
        Of the axis: ``"epoch"``, ``"step"``, ``"minutes of training"``.
    places : mapping of str to mapping of int to float
        Where each epoch of a run stands on the axis, by the run's name; without an entry at its number.
    smoothing : float
        Momentum of the moving average, 0 to below 1; 0 is none.
    log : bool
        Whether losses have a logarithmic axis.
    lowest : mapping of str to (int, float)
        Epoch and loss of the lowest validation loss of a run, to be marked, by the run's name.
    background : mapping of str to BackgroundCurve
        Other runs, in grey, by name.
    """

    title: str = "epoch"
    places: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    smoothing: float = 0.0
    log: bool = False
    lowest: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    background: Mapping[str, BackgroundCurve] = field(default_factory=dict)

    def x(self, name: str, epochs: Sequence[int]) -> NDArray[np.float64]:
        """Return where epochs of a run stand on the axis; NaN where that is not known.

        Parameters
        ----------
        name : str
            Of the run.
        epochs : sequence of int
            Counted from 1.
        """
        places = self.places.get(name)
        return np.array([one if places is None else places.get(one, np.nan) for one in epochs], np.float64)


def drawn_rows(length: int, lines: int) -> NDArray[np.int64]:
    """Return which points of a line are drawn, so that all lines together have no more than :data:`MOST_POINTS`.

    Every k-th is, and the last.

    Parameters
    ----------
    length : int
        Points of the line.
    lines : int
        How many lines the chart has.
    """
    step = point_step(length, lines)
    return np.union1d(np.arange(0, length, step), [length - 1] if length else []).astype(np.int64)


def point_step(length: int, lines: int) -> int:
    """Return k, where every k-th point is drawn.

    Parameters
    ----------
    length : int
        Points of the line.
    lines : int
        How many lines the chart has.
    """
    return max(1, -(-length // max(2, MOST_POINTS // max(1, lines))))
