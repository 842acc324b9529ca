"""Which layers of a network are attention, and where in the picture the tokens lie that look at one another."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.geometry import Geometry, MapPlace
from cifar_core.explain.recording import recorded_attention, recorded_outputs
from cifar_core.explain.tokens import Grid, find_grids
from cifar_core.models.saved import flatten_layers

_OTHERWISE = "Choose another method, such as Grad-CAM."


@dataclass(frozen=True, eq=False)
class Attention:
    """The attention layers of a network, whose tokens are patches of the picture.

    Attributes
    ----------
    layers : tuple of str
        Their names.
    grid : Grid
        How the tokens lie.
    place : MapPlace or None
        Where the patches lie in the picture; ``None`` where the network's graph does not tell.
    """

    layers: tuple[str, ...]
    grid: Grid
    place: MapPlace | None

    def lay_out(self, tokens: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay numbers of all tokens, shape (T,), out as the patches lie: (h, w)."""
        return np.asarray(tokens[self.grid.patches].reshape(self.grid.height, self.grid.width), np.float32)


def attention_layers(network: Any) -> dict[str, Any]:
    """Return the layers by name whose weights can be seen: multi-head and grouped-query attention.

    Parameters
    ----------
    network : keras.Model
        Any; layers of one's own are looked into.
    """
    from keras import layers

    kinds = (layers.MultiHeadAttention, layers.GroupQueryAttention)
    return {name: layer for name, layer in flatten_layers(network).items() if isinstance(layer, kinds)}


def find_attention(network: Any, geometry: Geometry | None) -> Attention:
    """Find the attention layers of a network, and how their tokens lie in the picture.

    Parameters
    ----------
    network : keras.Model
        Takes (N, H, W, 3).
    geometry : Geometry or None
        Of the network, from :func:`~cifar_core.explain.geometry.find_geometry`.

    Raises
    ------
    ExplainError
        There are none, or their tokens are no patches of the picture, the same in all layers.
    """
    attention = attention_layers(network)
    if not attention:
        raise ExplainError(
            "This network has no attention (Keras's MultiHeadAttention), and this method shows nothing else. "
            f"{_OTHERWISE}"
        )
    pictures = np.random.default_rng(0).uniform(0, 255, (2, *network.input_shape[1:])).astype(np.float32)
    with (
        recorded_outputs(flatten_layers(network)) as outputs,
        recorded_attention(attention.values()) as weights,
    ):
        network(pictures, training=False)
    (tokens, *others) = {_tokens(tuple(one.shape)) for one in weights}
    grid = None if others or tokens is None else _grid(tokens, outputs)
    if grid is None:
        raise ExplainError(
            "The attention layers of this network do not all look from the same patches of the picture to the same "
            f"patches, so that their weights cannot be followed through it. {_OTHERWISE}"
        )
    places = {} if geometry is None else geometry.maps
    return Attention(tuple(attention), grid, None if grid.behind is None else places.get(grid.behind))


def each_to_each(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weights of one layer for one picture, of tokens in a row or on a plane, as (heads, T, T)."""
    tokens = isqrt(prod(weights.shape[1:]))
    return np.asarray(weights.reshape(-1, tokens, tokens), np.float32)


def _tokens(shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return of weights (2, heads, tokens, tokens) how the tokens stand, in a row or on a plane."""
    half, rest = divmod(len(shape) - 2, 2)
    looking, looked_at = shape[2 : 2 + half], shape[2 + half :]
    # What cuts a picture into windows has more sequences than pictures.
    return looking if shape[0] == 2 and not rest and looking == looked_at else None


def _grid(tokens: tuple[int, ...], outputs: Mapping[str, Any]) -> Grid | None:
    if len(tokens) == 2:
        size = tuple(tokens)
        same = [name for name, one in outputs.items() if tuple(getattr(one, "shape", ()))[1:3] == size]
        return Grid(*tokens, 0, same[0] if same else None)
    return find_grids(outputs).get(tokens[0])
