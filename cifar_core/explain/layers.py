"""Which layers a heat map can be computed at, and which one is looked at unless somebody chooses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.geometry import Geometry, MapPlace
from cifar_core.explain.recording import recorded_inputs, recorded_outputs
from cifar_core.explain.tokens import Grid, as_array, find_grids, patches_matter, same_values
from cifar_core.models.analysis import Architecture
from cifar_core.models.saved import flatten_layers, is_home_made

_CONVOLUTIONS = frozenset(
    {"Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose", "WhiteningConv2D"}
)
_ACTIVATIONS = frozenset({"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU"})
_MERGES = frozenset({"Add", "Concatenate"})
_LOOKED_AT = _CONVOLUTIONS | _ACTIVATIONS | _MERGES
_BETWEEN_BLOCKS = frozenset({"Add", "LayerNormalization", "RMSNormalization"})
"""What gives out the tokens of a whole block of attention."""

FINE_ENOUGH = 4
"""Cells on a side of a map that says more than which half of the picture; of coarser ones none is shown unasked."""


Layout = Literal["maps", "channels first", "tokens"]


@dataclass(frozen=True)
class CamLayer:
    """A layer whose output is a stack of maps, or a sequence of tokens that can be laid out as one.

    Attributes
    ----------
    name : str
        Name in the model; layers of a nested model are ``"outer/inner"``.
    kind : str
        Keras class, such as ``"Conv2D"``.
    height, width : int
        Size of each map; at least one is over 1.
    channels : int
        Number of maps.
    place : MapPlace or None
        Where their cells lie in the picture; ``None`` where the network's graph does not tell.
    layout : {"maps", "channels first", "tokens"}
        How its output lies in memory: (N, h, w, K), (N, K, h, w) or (N, tokens, K).
    before : int
        Of a sequence, the tokens before those of places, such as a class token; they are no part of the maps.
    """

    name: str
    kind: str
    height: int
    width: int
    channels: int
    place: MapPlace | None = None
    layout: Layout = "maps"
    before: int = 0

    def as_maps(self, output: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay what the layer gives out, or its gradient, out as maps.

        Parameters
        ----------
        output : ndarray of float32
            As ``layout`` says.

        Returns
        -------
        ndarray of float32, shape (N, h, w, K)
            The maps.
        """
        if self.layout == "channels first":
            return np.moveaxis(output, 1, -1)
        if self.layout == "tokens":
            places = output[:, self.before : self.before + self.height * self.width]
            return places.reshape(len(output), self.height, self.width, self.channels)
        return output

    def put_back(self, output: Any, maps: Any) -> Any:
        """Put maps in the place of those in what the layer gives out.

        Parameters
        ----------
        output : tensor
            What the layer gives out, as ``layout`` says.
        maps : tensor, shape (N, h, w, K)
            What is to stand there.

        Returns
        -------
        tensor
            As ``output``; a class token stays as it was.
        """
        import keras

        if self.layout == "channels first":
            return keras.ops.moveaxis(maps, -1, 1)
        if self.layout == "tokens":
            cells = self.height * self.width
            places = keras.ops.cast(keras.ops.reshape(maps, (-1, cells, self.channels)), output.dtype)
            parts = [output[:, : self.before], places, output[:, self.before + cells :]]
            return keras.ops.concatenate(parts, axis=1)
        return maps


def find_head(model: Any) -> str:
    """Return the name of the layer that decides: the last one that weighs what it is given.

    Parameters
    ----------
    model : keras.Model
        Takes (N, 32, 32, 3).

    Raises
    ------
    ExplainError
        None of its layers has weights.
    """
    layers = flatten_layers(model)
    weighing = {
        name: layer
        for name, layer in layers.items()
        if any(len(one.shape) > 1 for one in layer.weights) and not (is_home_made(layer) and layer._layers)
    }
    with recorded_inputs(weighing) as inputs:
        model(np.zeros((1, *model.input_shape[1:]), np.float32), training=False)
    if not inputs:
        raise ExplainError("No layer of this network has weights, so it has no features. Choose another run.")
    return list(inputs)[-1]


def find_cam_layers(model: Any, geometry: Geometry | None = None) -> tuple[CamLayer, ...]:
    """List what has maps, in the order of computation: convolutions, activations, merges; and sequences of tokens.

    Parameters
    ----------
    model : keras.Model
        Takes (N, H, W, 3).
    geometry : Geometry, optional
        Of the network, from :func:`~cifar_core.explain.geometry.find_geometry`.

    Returns
    -------
    tuple of CamLayer
        Empty for a network without convolutions and tokens.
    """
    layers = flatten_layers(model)
    pictures = np.random.default_rng(0).uniform(0, 255, (3, *model.input_shape[1:])).astype(np.float32)
    pictures[2] = pictures[0]
    pictures[2, 0, 0] = 255 - pictures[0, 0, 0]  # one pixel, in the patch of the first token
    with recorded_outputs(layers) as outputs:
        model(pictures, training=False)
    places = {} if geometry is None else geometry.maps
    grids = find_grids(outputs)
    found: list[CamLayer] = []
    convolved = channels_first = False
    for name, output in outputs.items():
        layer, shape = layers[name], tuple(getattr(output, "shape", ()))[1:]
        kind, home_made = type(layer).__name__, is_home_made(layer)
        convolved |= kind in _CONVOLUTIONS
        channels_first = getattr(layer, "data_format", channels_first) in (True, "channels_first")
        grid = grids.get(shape[0]) if len(shape) == 2 else None
        if grid is not None and (kind in _BETWEEN_BLOCKS or home_made):
            before, place = grid.before, _token_place(grid, places, output)
            found.append(CamLayer(name, kind, grid.height, grid.width, shape[1], place, "tokens", before))
        elif convolved and (kind in _LOOKED_AT or home_made):
            found.extend(_maps(name, kind, shape, places.get(name), channels_first=channels_first))
    for one in reversed([one for one in found if one.layout == "tokens"]):
        if patches_matter(model, layers[one.name], one.before, pictures[:2]):
            break
        found.remove(one)
    return tuple(found)


def _maps(
    name: str,
    kind: str,
    shape: tuple[int, ...],
    place: MapPlace | None = None,
    *,
    channels_first: bool = False,
) -> tuple[CamLayer, ...]:
    """Return the layer whose output for one picture has this shape, if that is a stack of maps."""
    if len(shape) != 3:
        return ()
    height, width, channels = (*shape[1:], shape[0]) if channels_first else shape
    if max(height, width) == 1:
        return ()
    layout: Layout = "channels first" if channels_first else "maps"
    return (CamLayer(name, kind, int(height), int(width), int(channels), place, layout),)


def _token_place(grid: Grid, places: Mapping[str, MapPlace], output: Any) -> MapPlace | None:
    """Return where tokens lie: where their patches do, but once they have looked at one another each sees all."""
    place = None if grid.behind is None else places.get(grid.behind)
    if place is None:
        return None
    tokens = as_array(output)[:, grid.patches]
    if same_values(tokens[0, -1], tokens[2, -1]):
        return place
    rows, columns = (
        replace(line, first=np.zeros_like(line.first), last=np.full_like(line.last, line.pixels - 1))
        for line in (place.rows, place.columns)
    )
    return MapPlace(rows, columns, np.ones_like(place.used))


def known_map_side(architecture: Architecture) -> int:
    """Return how many cells the shorter side of a network's heat map has, without the network; 0 if it has no map.

    Parameters
    ----------
    architecture : Architecture
        From :func:`cifar_core.models.architectures.known_architectures`.
    """
    layers: list[CamLayer] = []
    for layer in architecture.layers:
        if layer.kind in _CONVOLUTIONS or (layers and layer.kind in _LOOKED_AT):
            layers.extend(_maps(layer.name, layer.kind, layer.output))
    if not layers:
        return 0
    chosen = default_cam_layer(tuple(layers))
    return min(chosen.height, chosen.width)


def default_cam_layer(layers: tuple[CamLayer, ...]) -> CamLayer:
    """Return the deepest layer whose maps are fine enough to look at.

    That is the last convolution with at least :data:`FINE_ENOUGH` cells on each side, or the activation or sum that
    completes its block, or the last tokens. Of a network without any such layer it is the last one.

    Parameters
    ----------
    layers : tuple of CamLayer
        From :func:`find_cam_layers`.

    Raises
    ------
    ExplainError
        The network has no convolution.
    """
    fine = tuple(layer for layer in layers if min(layer.height, layer.width) >= FINE_ENOUGH)
    try:
        return _last(fine)
    except ExplainError:
        return _last(layers)


def coarser_layer(layers: tuple[CamLayer, ...]) -> CamLayer | None:
    """Return the layer that would be looked at if its maps were not too coarse; ``None`` where none is passed over.

    Parameters
    ----------
    layers : tuple of CamLayer
        From :func:`find_cam_layers`, at least one.
    """
    deepest = _last(layers)
    return None if deepest == default_cam_layer(layers) else deepest


def _last(layers: tuple[CamLayer, ...]) -> CamLayer:
    ends = [
        number
        for number, layer in enumerate(layers)
        if layer.kind in _CONVOLUTIONS or layer.layout == "tokens"
    ]
    if not ends:
        raise ExplainError(
            "This network has no convolution, so there is no map of where it looked. "
            "Choose a convolutional network (CNN) to see one."
        )
    last = layers[ends[-1]]
    for layer in layers[ends[-1] + 1 :]:
        if (layer.height, layer.width, layer.channels) != (last.height, last.width, last.channels):
            break
        last = layer
    return last


def choose_cam_layer(layers: tuple[CamLayer, ...], name: str | None) -> CamLayer:
    """Return the layer called ``name``, or the default one.

    Parameters
    ----------
    layers : tuple of CamLayer
        From :func:`find_cam_layers`.
    name : str or None
        One of their names, or ``None`` for :func:`default_cam_layer`.

    Raises
    ------
    ExplainError
        The network has no such layer or no convolution at all.
    """
    default = default_cam_layer(layers)
    if name is None:
        return default
    for layer in layers:
        if layer.name == name:
            return layer
    names = ", ".join(layer.name for layer in layers)
    raise ExplainError(f"The network has no map at a layer “{name}”. Choose one of: {names}.")
