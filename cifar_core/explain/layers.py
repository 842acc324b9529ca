"""Which layers Grad-CAM can look at, and how their outputs are caught."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cifar_core.errors import ExplainError
from cifar_core.explain.geometry import Geometry, MapPlace
from cifar_core.models.analysis import Architecture
from cifar_core.models.saved import flatten_layers

_CONVOLUTIONS = frozenset(
    {"Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose", "WhiteningConv2D"}
)
_ACTIVATIONS = frozenset({"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU"})
_MERGES = frozenset({"Add", "Concatenate"})


@dataclass(frozen=True)
class CamLayer:
    """A layer whose output is a stack of maps.

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
    """

    name: str
    kind: str
    height: int
    width: int
    channels: int
    place: MapPlace | None = None


@contextmanager
def recorded_outputs(layers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Catch what layers give out while the model is called inside the ``with`` block.

    A model that was split at a layer would need a connected graph from the layer to the logits, which nested
    models, shortcuts around the layer and ``Sequential`` models read from disk do not offer. Catching the
    output in passing works for all of them, with arrays and with the symbolic tensors of a compiled function.

    Parameters
    ----------
    layers : mapping of str to keras.Layer
        The layers to listen to.

    Yields
    ------
    dict of str to tensor
        Filled in the order in which the layers are called; a shared layer's last output counts.
    """
    with _recorded(layers, lambda given, gave: gave) as outputs:
        yield outputs


@contextmanager
def recorded_inputs(layers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Catch what goes into layers while the model is called inside the ``with`` block.

    Parameters
    ----------
    layers : mapping of str to keras.Layer
        The layers to listen to.

    Yields
    ------
    dict of str to tensor
        As :func:`recorded_outputs`.
    """
    with _recorded(layers, lambda given, gave: given) as inputs:
        yield inputs


@contextmanager
def replaced_output(layer: Any, by: Any) -> Iterator[None]:
    """Let a layer give out something else while the model is called inside the ``with`` block.

    Parameters
    ----------
    layer : keras.Layer
        Whatever goes into it is not looked at, so that a compiled function leaves out what computes it.
    by : tensor
        What it gives out instead, of the shape that it gives out otherwise.
    """
    try:
        layer.call = lambda *args, **kwargs: by
        yield
    finally:
        vars(layer).pop("call", None)


@contextmanager
def _recorded(layers: Mapping[str, Any], of: Callable[[Any, Any], Any]) -> Iterator[dict[str, Any]]:
    """Catch of each layer what ``of`` chooses among what goes in and what comes out."""
    caught: dict[str, Any] = {}

    def listen(name: str, call: Any) -> Any:
        def record(*args: Any, **kwargs: Any) -> Any:
            gave = call(*args, **kwargs)
            caught[name] = of(args[0] if args else next(iter(kwargs.values())), gave)
            return gave

        return record

    try:
        for name, layer in layers.items():
            layer.call = listen(name, layer.call)
        yield caught
    finally:
        for layer in layers.values():
            vars(layer).pop("call", None)  # then the method of its class is called again


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
        name: layer for name, layer in layers.items() if any(len(one.shape) > 1 for one in layer.weights)
    }
    with recorded_inputs(weighing) as inputs:
        model(np.zeros((1, *model.input_shape[1:]), np.float32), training=False)
    if not inputs:
        raise ExplainError("No layer of this network has weights, so it has no features. Choose another run.")
    return list(inputs)[-1]


def find_cam_layers(model: Any, geometry: Geometry | None = None) -> tuple[CamLayer, ...]:
    """List the convolutions, activations and merges with spatial maps, in the order of computation.

    Parameters
    ----------
    model : keras.Model
        Takes (N, 32, 32, 3).
    geometry : Geometry, optional
        Of the network, from :func:`~cifar_core.explain.geometry.find_geometry`.

    Returns
    -------
    tuple of CamLayer
        Empty for a network without convolutions.
    """
    layers = flatten_layers(model)
    with recorded_outputs(layers) as outputs:
        model(np.zeros((1, *model.input_shape[1:]), np.float32), training=False)
    found = _with_maps(
        (name, type(layers[name]).__name__, tuple(getattr(output, "shape", ()))[1:])
        for name, output in outputs.items()
    )
    places = {} if geometry is None else geometry.maps
    return tuple(replace(layer, place=places.get(layer.name)) for layer in found)


def known_map_side(architecture: Architecture) -> int:
    """Return how many cells the shorter side of a network's heat map has, without the network; 0 if it has no map.

    Parameters
    ----------
    architecture : Architecture
        From :func:`cifar_core.models.architectures.known_architectures`.
    """
    layers = _with_maps((layer.name, layer.kind, layer.output) for layer in architecture.layers)
    if not any(layer.kind in _CONVOLUTIONS for layer in layers):
        return 0
    chosen = default_cam_layer(layers)
    return min(chosen.height, chosen.width)


def _with_maps(outputs: Iterable[tuple[str, str, tuple[int, ...]]]) -> tuple[CamLayer, ...]:
    """Keep those of (name, kind, shape for one picture) from the first convolution on that can be looked at."""
    found = []
    seen_convolution = False
    for name, kind, shape in outputs:
        seen_convolution |= kind in _CONVOLUTIONS
        spatial = len(shape) == 3 and max(shape[:2]) > 1
        if seen_convolution and spatial and kind in _CONVOLUTIONS | _ACTIVATIONS | _MERGES:
            found.append(CamLayer(name, kind, int(shape[0]), int(shape[1]), int(shape[2])))
    return tuple(found)


def default_cam_layer(layers: tuple[CamLayer, ...]) -> CamLayer:
    """Return the last convolution, or the activation or sum that completes its block.

    Parameters
    ----------
    layers : tuple of CamLayer
        From :func:`find_cam_layers`.

    Raises
    ------
    ExplainError
        The network has no convolution.
    """
    convolutions = [number for number, layer in enumerate(layers) if layer.kind in _CONVOLUTIONS]
    if not convolutions:
        raise ExplainError(
            "This network has no convolution, so there is no map of where it looked. "
            "Choose a convolutional network (CNN) to see one."
        )
    last = layers[convolutions[-1]]
    for layer in layers[convolutions[-1] + 1 :]:
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
