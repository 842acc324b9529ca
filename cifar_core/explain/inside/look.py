"""Catching what the layers of a network give, in the process that has Keras."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.geometry import Geometry
from cifar_core.explain.inside.operations import computes, operation_words
from cifar_core.explain.inside.seen import InsideLayer, InsideRequest, Peaks, PeaksRequest, Seen
from cifar_core.explain.recording import recorded_outputs
from cifar_core.explain.tokens import Grid, as_array, find_grids
from cifar_core.models.saved import flatten_layers


@dataclass(frozen=True)
class _Laid:
    """A layer, and how its output is laid out as maps.

    Attributes
    ----------
    layer : InsideLayer
        The layer.
    channels_first : bool
        Whether its output is (N, K, h, w).
    before : int
        Of a sequence, the tokens before those of places, such as a class token: they are on no map.
    """

    layer: InsideLayer
    channels_first: bool
    before: int

    def as_maps(self, output: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay an output out as maps, shape (N, h, w, K)."""
        if self.channels_first:
            return np.moveaxis(output, 1, -1)
        if output.ndim == 3:
            output = output[:, self.before : self.before + self.layer.height * self.layer.width]
        return output.reshape(len(output), self.layer.height, self.layer.width, self.layer.channels)


def look_inside(network: Any, request: InsideRequest) -> Seen:
    """List the layers of a network, and catch what one of them makes of a picture.

    A layer that is used more than once counts with what it gives last.

    Parameters
    ----------
    network : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3).
    request : InsideRequest
        Its ``model`` is not looked at: this is the one.

    Raises
    ------
    ExplainError
        There is no such layer or channel, or it gives what is no number.
    """
    layers = {name: layer for name, layer in flatten_layers(network).items() if computes(layer)}
    outputs = _outputs(network, layers, _with_opposite(request.picture))
    laid = _lay_out(layers, outputs)
    listed = tuple(one.layer for one in laid.values())
    if request.layer is None:
        return Seen(listed)
    chosen = _find(laid, request.layer)
    maps = _numbers(chosen.as_maps(outputs[request.layer][:1]), request.layer)[0]
    kernel = _kernel(layers[request.layer])
    colours = None
    first = next((name for name in outputs if _kernel(layers[name]) is not None), None)
    if kernel is not None and first == request.layer:  # Further up three maps are no colours.
        colours = _as_colours(kernel, request.picture.shape)
    weights = None
    if request.channel is not None:
        if not 0 <= request.channel < chosen.layer.channels:
            raise ExplainError(
                f"The layer “{request.layer}” has no channel {request.channel}: they are numbered 0 to "
                f"{chosen.layer.channels - 1}. Choose one of these."
            )
        if kernel is not None and colours is None and kernel.ndim == 4:
            weights = np.moveaxis(kernel[..., request.channel], -1, 0)
    return Seen(listed, chosen.layer, maps, colours, weights)


def find_peaks(network: Any, request: PeaksRequest, geometry: Geometry | None = None) -> Peaks:
    """Find the highest value that each channel of a layer has anywhere in each picture, and where.

    Parameters
    ----------
    network : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3).
    request : PeaksRequest
        Its ``model`` is not looked at: this is the one.
    geometry : Geometry, optional
        Of the network, from :func:`~cifar_core.explain.geometry.find_geometry`.

    Raises
    ------
    ExplainError
        There is no such layer, or it gives what is no number.
    """
    layers = {name: layer for name, layer in flatten_layers(network).items() if computes(layer)}
    laid = _lay_out(layers, _outputs(network, layers, _with_opposite(request.pictures[0])))
    chosen = _find(laid, request.layer)
    outputs = _outputs(network, {request.layer: layers[request.layer]}, request.pictures)
    maps = chosen.as_maps(outputs[request.layer])
    flat = maps.reshape(len(maps), -1, maps.shape[-1])
    highest = _numbers(flat.max(axis=1), request.layer)
    cells = np.where(highest > flat.min(axis=1), flat.argmax(axis=1), -1)
    place = None if geometry is None else geometry.maps.get(request.layer)
    if place is not None and place.used.shape != maps.shape[1:3]:
        place = None  # The graph has the layer with pictures of another size.
    return Peaks(highest, cells, place)


def _with_opposite(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture and one that shares no value with it: so sequences show which tokens stand for places."""
    return np.stack([picture, picture ^ np.uint8(255)])


def _outputs(
    network: Any, layers: Mapping[str, Any], pictures: NDArray[np.uint8]
) -> dict[str, NDArray[np.float32]]:
    with recorded_outputs(layers) as outputs:
        network(pictures.astype(np.float32), training=False)
    return {
        name: np.asarray(as_array(output), np.float32)
        for name, output in outputs.items()
        if hasattr(output, "shape")
    }


def _lay_out(layers: Mapping[str, Any], outputs: Mapping[str, NDArray[np.float32]]) -> dict[str, _Laid]:
    grids = find_grids(outputs)
    laid: dict[str, _Laid] = {}
    channels_first = False
    for name, output in outputs.items():
        layer, shape = layers[name], output.shape[1:]
        channels_first = getattr(layer, "data_format", channels_first) in (True, "channels_first")
        first = channels_first and len(shape) == 3
        before = 0
        if len(shape) == 3:
            height, width, channels = (*shape[1:], shape[0]) if first else shape
        elif len(shape) == 2:
            grid = grids.get(shape[0], Grid(1, shape[0], 0, None))
            height, width, before, channels = grid.height, grid.width, grid.before, shape[1]
        elif len(shape) == 1:
            height, width, channels = 1, 1, shape[0]
        else:
            continue
        laid[name] = _Laid(
            InsideLayer(
                name, operation_words(layer, of_places=len(shape) > 1), int(height), int(width), int(channels)
            ),
            first,
            before,
        )
    return laid


def _find(laid: Mapping[str, _Laid], name: str) -> _Laid:
    if name not in laid:
        raise ExplainError(f"The network has no layer “{name}”. Choose one of: {', '.join(laid)}.")
    return laid[name]


def _numbers(values: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    if not np.isfinite(values).all():
        raise ExplainError(f"The layer “{name}” gives what is no number. Choose another run.")
    return values


def _kernel(layer: Any) -> NDArray[np.float32] | None:
    """Return the weights of a convolution, (a, b, C, K), or of a dense layer, (values, K); ``None`` for other kinds."""
    kinds = {kind.__name__ for kind in type(layer).__mro__}
    if not kinds & {"Conv2D", "Dense"} or getattr(layer, "groups", 1) != 1:
        return None
    return np.asarray(as_array(layer.kernel), np.float32)


def _as_colours(kernel: NDArray[np.float32], picture: tuple[int, ...]) -> NDArray[np.float32] | None:
    """Return filters as pictures (K, a, b, 3), where they look at colours: those of a window or of a whole picture."""
    if kernel.ndim == 4 and kernel.shape[2] == 3:
        return np.moveaxis(kernel, -1, 0)
    if kernel.ndim == 2 and kernel.shape[0] == int(np.prod(picture)):
        return np.moveaxis(kernel.reshape(*picture, -1), -1, 0)
    return None
