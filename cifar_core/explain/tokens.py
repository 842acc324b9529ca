"""Sequences of tokens, laid back where the patches of the picture lie that they stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.recording import replaced_output

_ROUNDING = 1e-5
"""Of the largest value; some ten times what sums of a thousand numbers in float32 differ by."""


@dataclass(frozen=True)
class Grid:
    """How the tokens of a sequence lie in the picture: row by row, after those that stand for no place.

    Attributes
    ----------
    height, width : int
        Patches down and across.
    before : int
        Tokens that stand before them, such as a class token.
    behind : str or None
        The layer whose map of this size was made into the sequence, where there is one.
    """

    height: int
    width: int
    before: int
    behind: str | None

    @property
    def patches(self) -> slice:
        """Where in the sequence the tokens are that stand for places."""
        return slice(self.before, self.before + self.height * self.width)


def find_grids(outputs: Mapping[str, Any]) -> dict[int, Grid]:
    """Find which sequences are pictures cut into patches.

    Where a sequence begins, before its tokens have looked at one another, a class token is the same for all pictures,
    and the token of a patch is not.

    Parameters
    ----------
    outputs : mapping of str to tensor
        Of all layers, in the order of computation, for pictures of which the first two have no pixel in common.

    Returns
    -------
    dict of int to Grid
        By the length of the sequence.
    """
    grids: dict[int, Grid] = {}
    maps: dict[tuple[int, int], str] = {}
    for name, output in outputs.items():
        shape = tuple(getattr(output, "shape", ()))
        if len(shape) == 4:
            maps[shape[1], shape[2]] = name
        elif len(shape) == 3 and shape[1] not in grids:
            grid = _grid(as_array(output), maps)
            if grid is not None:
                grids[shape[1]] = grid
    return grids


def _grid(sequence: NDArray[Any], maps: Mapping[tuple[int, int], str]) -> Grid | None:
    of_places = np.flatnonzero([not same_values(*pair) for pair in zip(*sequence[:2], strict=True)])
    count = len(of_places)
    if count == 0 or of_places[-1] - of_places[0] + 1 != count:
        return None
    for (height, width), name in reversed(list(maps.items())):
        if height * width == count > 1:
            return Grid(height, width, int(of_places[0]), name)
    side = isqrt(count)  # Patches may have been cut out without a map on the way.
    return Grid(side, side, int(of_places[0]), None) if side > 1 and side * side == count else None


def patches_matter(network: Any, layer: Any, before: int, pictures: NDArray[np.float32]) -> bool:
    """Say whether a network's answer changes with what a layer says of the places of a picture.

    Behind the last attention of a network that answers from its class token it does not.

    Parameters
    ----------
    network : keras.Model
        Gives logits (N, classes).
    layer : keras.Layer
        Gives a sequence of tokens.
    before : int
        How many of them stand before those of places.
    pictures : ndarray of float32, shape (N, H, W, C)
        What is tried; two are enough, if they differ.
    """
    import keras

    def exchanged(tokens: Any) -> Any:
        return keras.ops.concatenate([tokens[:, :before], keras.ops.flip(tokens[:, before:], axis=0)], axis=1)

    said = as_array(network(pictures, training=False))
    with replaced_output(layer, exchanged):
        now = as_array(network(pictures, training=False))
    return not same_values(said, now)


def same_values(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Say whether two arrays differ by no more than rounding.

    The same picture gives other last digits beside other pictures: libraries add up in blocks of a batch.

    Parameters
    ----------
    one, other : ndarray of float32
        Of the same shape.
    """
    largest = max(np.abs(one).max(initial=0), np.abs(other).max(initial=0))
    return bool(np.abs(one - other).max(initial=0) <= _ROUNDING * largest)


def as_array(tensor: Any) -> NDArray[Any]:
    """Return what any backend computed as an array."""
    import keras

    return np.asarray(keras.ops.convert_to_numpy(tensor))
