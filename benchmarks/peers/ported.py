"""A Keras network built again in PyTorch, from its layers and weights, for peers that explain PyTorch networks alone.

Written for the benchmarks of explanations; no part of the project uses it.
"""

from typing import Any

import numpy as np
import torch
from torch import nn

GREY = 127.5
"""Pixels go in less this, so that the nought with which peers hide a place is the grey that ours hide it with."""


class Ported(nn.Module):
    """A functional network of convolutions, batch norm, pooling, sums and dense layers.

    Its modules have the names of the layers, and give what these give, channels first.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.layers = nn.ModuleDict()
        self.steps: list[tuple[str, list[int], int]] = []
        for layer in network.layers:
            node = layer._inbound_nodes[0]
            (output,) = node.output_tensors
            if node.input_tensors:
                self.layers[layer.name] = ported(layer)
                self.steps.append((layer.name, [id(one) for one in node.input_tensors], id(output)))
            else:
                self.first = id(output)
        self.last = id(network.outputs[0])
        self.eval()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return logits of pixels (N, 3, H, W), −127.5 to 127.5."""
        known = {self.first: pixels + GREY}
        for name, inputs, output in self.steps:
            known[output] = self.layers[name](*(known[one] for one in inputs))
        return known[self.last]


def as_input(pictures: np.ndarray) -> torch.Tensor:
    """Return pictures (N, H, W, 3) of pixels 0–255 as a ported network takes them."""
    return torch.from_numpy(np.moveaxis(pictures.astype(np.float32) - GREY, -1, 1).copy())


class Apply(nn.Module):
    """A module of one function."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        return self.function(*inputs)


def ported(layer: Any) -> nn.Module:
    """Return the module that does what a layer does."""
    match type(layer).__name__:
        case "Conv2D":
            return _convolution(layer)
        case "Dense":
            linear = nn.Linear(*layer.kernel.shape, bias=layer.use_bias)
            _fill(linear, np.asarray(layer.kernel).T, layer)
            return nn.Sequential(linear, _activation(layer))
        case "BatchNormalization":
            return _batch_norm(layer)
        case "Rescaling":
            scale, offset = layer.scale, layer.offset
            return Apply(lambda x: x * scale + offset)
        case "Activation" | "ReLU":
            return nn.ReLU() if type(layer).__name__ == "ReLU" else _activation(layer)
        case "MaxPooling2D":
            return nn.MaxPool2d(layer.pool_size, layer.strides)
        case "AveragePooling2D":
            return nn.AvgPool2d(layer.pool_size, layer.strides)
        case "GlobalAveragePooling2D":
            return Apply(lambda x: x.mean(dim=(2, 3)))
        case "Flatten":  # channels last, as the weights behind have them
            return Apply(lambda x: x.permute(0, 2, 3, 1).flatten(1))
        case "Permute":
            order = layer.dims
            return Apply(lambda x: x.permute(0, 2, 3, 1).permute(0, *order).permute(0, 3, 1, 2))
        case "ZeroPadding2D":
            (top, bottom), (left, right) = layer.padding
            return nn.ZeroPad2d((left, right, top, bottom))
        case "Add":
            return Apply(lambda *all: sum(all[1:], start=all[0]))
        case "Dropout":
            return nn.Identity()
        case kind:
            raise NotImplementedError(f"{kind} is not ported yet.")


def _convolution(layer: Any) -> nn.Module:
    kernel = np.asarray(layer.kernel).transpose(3, 2, 0, 1)
    down_across = []
    for side in (0, 1):
        size, stride = kernel.shape[2 + side], layer.strides[side]
        length = layer.input.shape[1 + side]
        missing = (
            max((-(-length // stride) - 1) * stride + size - length, 0) if layer.padding == "same" else 0
        )
        down_across.append((missing // 2, missing - missing // 2))
    convolution = nn.Conv2d(
        kernel.shape[1], kernel.shape[0], kernel.shape[2:], layer.strides, bias=layer.use_bias
    )
    _fill(convolution, kernel, layer)
    return nn.Sequential(nn.ZeroPad2d((*down_across[1], *down_across[0])), convolution, _activation(layer))


def _batch_norm(layer: Any) -> nn.Module:
    kind = nn.BatchNorm2d if len(layer.input.shape) == 4 else nn.BatchNorm1d
    norm = kind(layer.moving_mean.shape[0], eps=layer.epsilon)
    with torch.no_grad():
        norm.running_mean.copy_(torch.from_numpy(np.asarray(layer.moving_mean).copy()))
        norm.running_var.copy_(torch.from_numpy(np.asarray(layer.moving_variance).copy()))
        for weight, ours in ((norm.weight, layer.gamma), (norm.bias, layer.beta)):
            if ours is not None:
                weight.copy_(torch.from_numpy(np.asarray(ours).copy()))
    return norm


def _fill(module: Any, weight: np.ndarray, layer: Any) -> None:
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(weight.copy()))
        if layer.use_bias:
            module.bias.copy_(torch.from_numpy(np.asarray(layer.bias).copy()))


def _activation(layer: Any) -> nn.Module:
    return {"linear": nn.Identity, "relu": nn.ReLU}[layer.activation.__name__]()
