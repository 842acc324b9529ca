"""What a network's layers cost and see: output sizes, parameters, operations, receptive field."""

import math
from typing import Any

from pydantic import BaseModel, ConfigDict


class Layer(BaseModel):
    """One layer of a network.

    Attributes
    ----------
    name, kind : str
        Keras's name and class: ``"conv_1"``, ``"Conv2D"``.
    inputs : tuple of str
        Names of the layers before it.
    output : tuple of int
        Shape of its output for one picture: height, width, channels, or just units.
    parameters : int
        All of them, batch statistics included.
    operations : int
        Floating-point operations for one picture, forward; a multiplication and an addition are two. Counted
        are convolutions and dense layers, which are nearly all of it.
    receptive_field : int
        Side of the square of input pixels that one output value depends on, at most the picture's side.
    window, stride : int
        Side of the window that slides over the map, and its step; 1 for all other layers.
    activation : str
        The function its output goes through, ``"relu"``, ``"gelu"`` …; empty if there is none.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str
    inputs: tuple[str, ...]
    output: tuple[int, ...]
    parameters: int
    operations: int
    receptive_field: int
    window: int = 1
    stride: int = 1
    activation: str = ""


class Architecture(BaseModel):
    """All layers of a network from the picture to the logits, with ten classes."""

    model_config = ConfigDict(frozen=True)

    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """Keras's total count."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def operations(self) -> int:
        """Floating-point operations for one picture, forward; training takes about three times as many."""
        return sum(layer.operations for layer in self.layers)

    @property
    def receptive_field(self) -> int:
        """Of the last map: what its values depend on before dense layers or a mean join the whole picture."""
        maps = [layer for layer in self.layers if len(layer.output) == 3 and layer.receptive_field > 1]
        return maps[-1].receptive_field if maps else self.layers[0].output[0]


def analyse(network: Any) -> Architecture:
    """Describe a functional ``keras.Model`` whose input is one picture.

    References
    ----------
    Araujo et al. 2019, “Computing Receptive Fields of Convolutional Neural Networks”, Distill,
    https://doi.org/10.23915/distill.00021.
    """
    side = network.input_shape[1]
    nodes = {
        node.operation.name: node
        for depth in sorted(network._nodes_by_depth, reverse=True)
        for node in network._nodes_by_depth[depth]
    }
    # Receptive field and distance between neighbouring values, in pixels of the picture.
    seen: dict[str, tuple[float, float]] = {}
    layers = []
    for name, node in nodes.items():
        layer = node.operation
        before = [parent.operation.name for parent in node.parent_nodes]
        kind = type(layer).__name__
        field = max((seen[one][0] for one in before), default=1.0)
        distance = max((seen[one][1] for one in before), default=1.0)
        kernel, stride = _window(layer)
        output = tuple(int(size) for size in node.outputs[0].shape[1:])
        if len(output) == 1 or kind == "MultiHeadAttention":  # joins all positions
            field = side
        elif kind == "Resizing":  # between two pixels, of which there are now more
            field, distance = field + distance, distance * side / output[0]
        else:
            field, distance = min(side, field + (kernel - 1) * distance), distance * stride
        seen[name] = field, distance
        layers.append(
            Layer(
                name=name,
                kind=kind,
                inputs=tuple(before),
                output=output,
                parameters=layer.count_params() if hasattr(layer, "count_params") else 0,
                operations=_operations(layer, output),
                receptive_field=math.ceil(field),
                window=kernel,
                stride=stride,
                activation=_activation(layer),
            )
        )
    return Architecture(layers=tuple(layers))


def _window(layer: Any) -> tuple[int, int]:
    """Return kernel and stride of a layer that slides over the map; 1, 1 for all others."""
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if window is None:
        return 1, 1
    return int(window[0]), int(layer.strides[0])


def _activation(layer: Any) -> str:
    if type(layer).__name__ == "ReLU":
        return "relu"
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    return "" if name == "linear" else name


def _operations(layer: Any, output: tuple[int, ...]) -> int:
    positions = math.prod(output[:-1])
    if type(layer).__name__ == "MultiHeadAttention":
        kernels = sum(math.prod(weight.shape) for weight in layer.weights if len(weight.shape) > 2)
        # Beside the four projections, each position is compared with every other, and their values are summed up.
        return int(2 * positions * (kernels + 2 * positions * output[-1]))
    kernel = getattr(layer, "kernel", None)
    return 0 if kernel is None else 2 * positions * math.prod(kernel.shape)
