"""Where overfitting begins: the lowest validation loss, and whether the rise after it is more than jitter."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST = 8
"""Epochs below which the jitter of a curve cannot be told."""

_CERTAIN = 3.0


@dataclass(frozen=True)
class Overfitting:
    """What the validation loss of a run did after its lowest point.

    Attributes
    ----------
    epoch : int
        With the lowest loss.
    lowest : float
        That loss.
    last : int
        The last epoch.
    end : float
        Mean loss of the last tenth of the epochs, at least of one.
    jitter : float
        Standard deviation of the loss around its course, from its steps; NaN where there are too few epochs.
    """

    epoch: int
    lowest: float
    last: int
    end: float
    jitter: float

    @property
    def rise(self) -> float:
        """By how much the loss has risen since its lowest point."""
        return self.end - self.lowest

    @property
    def is_real(self) -> bool | None:
        """Whether the rise is more than jitter; ``None`` where that cannot be told.

        The lowest of n values that only jitter lies about √(2 ln n) standard deviations below their mean: so much is
        expected of a curve that is flat.
        """
        if math.isnan(self.jitter):
            return None
        return self.rise > self.jitter * (math.sqrt(2 * math.log(self.last)) + _CERTAIN)


def find_overfitting(epochs: Sequence[int], losses: Sequence[float]) -> Overfitting | None:
    """Find the lowest point of a validation loss.

    Parameters
    ----------
    epochs : sequence of int
        Counted from 1, rising.
    losses : sequence of float
        After each; what is no finite number is passed over.

    Returns
    -------
    Overfitting or None
        ``None`` without a finite loss.
    """
    values = np.asarray(losses, np.float64)
    known = np.isfinite(values)
    if not known.any():
        return None
    numbers, values = np.asarray(epochs, np.int64)[known], values[known]
    at = int(values.argmin())
    tail = values[-max(1, len(values) // 10) :]
    return Overfitting(
        int(numbers[at]), float(values[at]), int(numbers[-1]), float(tail.mean()), _jitter(values)
    )


def _jitter(values: NDArray[np.float64]) -> float:
    if len(values) < FEWEST:
        return math.nan
    # Second differences: a curve that falls or rises evenly has none. Of jitter alone they have √6 times its spread.
    # Those of the steep beginning say nothing of it.
    bends = np.diff(values, 2)
    bends = bends[-max(4, len(bends) // 2) :]
    return float(np.sqrt(np.mean(bends**2) / 6))
