"""Some pictures in an order: what an expression comes to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SplitName
from cifar_core.picture_sets.universe import SPLITS, Universe

EVERYWHERE = frozenset(SPLITS)
ON_TEST: frozenset[SplitName] = frozenset(("test",))


@dataclass(frozen=True, eq=False)
class Chosen:
    """Some pictures of a universe, in an order.

    Attributes
    ----------
    places : ndarray of int64, shape (n,)
        Where they stand in the universe, each once.
    splits : frozenset of {"train", "test"}
        Of which splits it speaks: what a run said is known of test pictures alone, and “not wrong(RUN)” are those
        that it got right, not the training pictures too.
    """

    places: NDArray[np.int64]
    splits: frozenset[SplitName] = EVERYWHERE

    def __len__(self) -> int:
        return len(self.places)

    def of_split(self, universe: Universe, split: SplitName) -> NDArray[np.int64]:
        """Return the numbers in their split of the pictures of one split, shape (k,), in order.

        Parameters
        ----------
        universe : Universe
            From which they were chosen.
        split : {"train", "test"}
            Which split.
        """
        where = universe.places(split)
        inside = (self.places >= where.start) & (self.places < where.stop)
        return np.asarray(self.places[inside] - where.start)


def where(mask: NDArray[np.bool_], universe: Universe, splits: frozenset[SplitName] = EVERYWHERE) -> Chosen:
    """Choose the pictures for which something is so, in the order of the universe.

    Parameters
    ----------
    mask : ndarray of bool
        Of all pictures, shape (N + T,), or of the test pictures alone, shape (T,), where ``splits`` says so.
    universe : Universe
        What is chosen from.
    splits : frozenset of {"train", "test"}
        Of which splits it speaks.
    """
    offset = universe.places("test").start if splits == ON_TEST else 0
    return Chosen(np.flatnonzero(mask) + offset, splits)


def intersection(parts: Sequence[Chosen], universe: Universe) -> Chosen:
    """Return what is in all of them, in the order of the first.

    Parameters
    ----------
    parts : sequence of Chosen
        At least one.
    universe : Universe
        From which they were chosen.
    """
    places, splits = parts[0].places, parts[0].splits
    for part in parts[1:]:
        places = places[_members(part, universe)[places]]
        splits &= part.splits
    return Chosen(places, splits)


def union(parts: Sequence[Chosen], universe: Universe) -> Chosen:
    """Return what is in any of them: the pictures of the first, then those that only the second has, and so on.

    Parameters
    ----------
    parts : sequence of Chosen
        At least one.
    universe : Universe
        From which they were chosen.
    """
    taken = np.zeros(len(universe), np.bool_)
    pieces, splits = [], frozenset[SplitName]()
    for part in parts:
        piece = part.places[~taken[part.places]]
        taken[piece] = True
        pieces.append(piece)
        splits |= part.splits
    return Chosen(np.concatenate(pieces), splits)


def complement(chosen: Chosen, universe: Universe) -> Chosen:
    """Return the other pictures of the splits that it speaks of, in the order of the universe.

    Parameters
    ----------
    chosen : Chosen
        What is left out.
    universe : Universe
        From which it was chosen.
    """
    left = np.zeros(len(universe), np.bool_)
    for split in chosen.splits:
        left[universe.places(split)] = True
    left[chosen.places] = False
    return Chosen(np.flatnonzero(left), chosen.splits)


def _members(chosen: Chosen, universe: Universe) -> NDArray[np.bool_]:
    mask = np.zeros(len(universe), np.bool_)
    mask[chosen.places] = True
    return mask
