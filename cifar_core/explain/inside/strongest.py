"""Which channels are excited most by a picture, and which pictures excite a channel most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SplitName
from cifar_core.explain.geometry import MapPlace
from cifar_core.explain.inside.seen import Peaks

Box = tuple[int, int, int, int]
"""First row, first column, last row and last column of pixels."""


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
    cells : ndarray of int64, shape (K, m)
        The cell of the map that has it; −1 where all have the same value.
    usual : ndarray of float32, shape (K,)
        The median over all pictures.
    place : MapPlace or None
        Where the cells lie in a picture; ``None`` where nobody knows.
    """

    pictures: int
    of: int
    members: tuple[tuple[SplitName, int], ...]
    places: NDArray[np.int64]
    values: NDArray[np.float32]
    cells: NDArray[np.int64]
    usual: NDArray[np.float32]
    place: MapPlace | None = None

    @classmethod
    def of_peaks(
        cls, peaks: Sequence[Peaks], members: tuple[tuple[SplitName, int], ...], of: int, kept: int
    ) -> "Excited":
        """Rank pictures for each channel; of equal ones the earlier comes first.

        Parameters
        ----------
        peaks : sequence of Peaks
            Of one layer, for all pictures in parts; at least one.
        members : tuple of (str, int)
            Split and number of each picture.
        of : int
            From how many they were drawn.
        kept : int
            How many of them are kept for each channel, all where there are fewer.
        """
        values = np.concatenate([part.values for part in peaks])
        cells = np.concatenate([part.cells for part in peaks])
        order = np.argsort(-values, axis=0, kind="stable")[:kept]
        best, where = (np.take_along_axis(one, order, axis=0).T for one in (values, cells))
        usual = np.median(values, axis=0).astype(np.float32)
        return cls(len(values), of, members, order.T, best, where, usual, peaks[0].place)

    def sees(self, channel: int, rank: int) -> Box | None:
        """Return the pixels that the cell with the highest value sees in a picture: its receptive field.

        Parameters
        ----------
        channel : int
            Which channel.
        rank : int
            Which of its pictures, 0 for the most exciting one.

        Returns
        -------
        tuple of int, or None
            ``None`` where nobody knows, where all cells have the same value, and where the cell sees nothing.
        """
        cell = int(self.cells[channel, rank])
        if self.place is None or cell < 0:
            return None
        rows, columns = self.place.rows, self.place.columns
        row, column = divmod(cell, len(columns.first))
        top, bottom = int(rows.first[row]), int(rows.last[row])
        left, right = int(columns.first[column]), int(columns.last[column])
        return None if bottom < top or right < left else (top, left, bottom, right)
