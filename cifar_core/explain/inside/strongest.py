"""Which channels are excited most by a picture, and which pictures excite a channel most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SplitName


def strongest_channels(maps: NDArray[np.float32]) -> NDArray[np.int64]:
    """Order channels by the highest value that each has anywhere, the highest first, equal ones by number.

    Parameters
    ----------
    maps : ndarray of float32, shape (h, w, K)
        Of one picture.
    """
    return np.argsort(-maps.max(axis=(0, 1)), kind="stable").astype(np.int64)


@dataclass(frozen=True, eq=False)
class Excited:
    """The pictures that excite each channel of a layer most.

    Attributes
    ----------
    pictures, of : int
        How many were looked at, drawn from how many.
    members : tuple of (str, int)
        Split and number of each of them.
    places : ndarray of int64, shape (K, m)
        For each channel the places among the members of the m most exciting ones, the most exciting first.
    values : ndarray of float32, shape (K, m)
        The highest value that the channel has in each of them.
    usual : ndarray of float32, shape (K,)
        The median over all pictures.
    """

    pictures: int
    of: int
    members: tuple[tuple[SplitName, int], ...]
    places: NDArray[np.int64]
    values: NDArray[np.float32]
    usual: NDArray[np.float32]

    @classmethod
    def of_peaks(
        cls, peaks: NDArray[np.float32], members: tuple[tuple[SplitName, int], ...], of: int, kept: int
    ) -> "Excited":
        """Rank pictures for each channel; of equal ones the earlier comes first.

        Parameters
        ----------
        peaks : ndarray of float32, shape (n, K)
            The highest value of each channel in each picture; ``n >= 1``.
        members : tuple of (str, int)
            Split and number of each picture.
        of : int
            From how many they were drawn.
        kept : int
            How many of them are kept for each channel, all where there are fewer.
        """
        order = np.argsort(-peaks, axis=0, kind="stable")[:kept]
        values = np.take_along_axis(peaks, order, axis=0)
        return cls(len(peaks), of, members, order.T, values.T, np.median(peaks, axis=0).astype(np.float32))
