"""Which places of its input an operation computes each place of its output from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.bool_]
"""Of shape (outputs, inputs) along one side of a map: whether an output is computed from an input."""

_SAME_PLACE = frozenset(
    {
        "Activation",
        "Add",
        "Average",
        "BatchNormalization",
        "Cast",
        "Concatenate",
        "Divide",
        "Dropout",
        "ELU",
        "GaussianDropout",
        "GaussianNoise",
        "Gelu",
        "Identity",
        "LeakyReLU",
        "Maximum",
        "Minimum",
        "Multiply",
        "Negative",
        "Normalization",
        "PReLU",
        "RandomBrightness",
        "RandomContrast",
        "RandomFlip",
        "RandomRotation",
        "RandomTranslation",
        "RandomZoom",
        "ReLU",
        "Relu",
        "Rescaling",
        "Sigmoid",
        "Silu",
        "SpatialDropout2D",
        "Subtract",
        "Tanh",
        "TrueDivide",
    }
)
"""Operations whose output at a place is computed, outside training, from their inputs at the same place."""

_WINDOWS = frozenset(
    {"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "WhiteningConv2D", "MaxPooling2D", "AveragePooling2D"}
)


@dataclass(frozen=True, eq=False)
class Link:
    """One side of an operation.

    Attributes
    ----------
    table : ndarray of bool, shape (outputs, inputs)
        Which inputs each output is computed from.
    offset, scale : float
        The centre of output j lies at ``offset + scale * j`` among the centres of the inputs.
    """

    table: Table
    offset: float = 0.0
    scale: float = 1.0


def find_link(operation: Any, inputs: int, outputs: int, side: int) -> Link | None:
    """Find from what an operation computes its outputs along one side.

    Parameters
    ----------
    operation : keras.Operation
        Any layer, or operation of ``keras.ops`` in a graph.
    inputs, outputs : int
        Cells along this side, before and after it.
    side : {0, 1}
        Down or across.

    Returns
    -------
    Link or None
        ``None`` where nobody knows: then every output may be computed from every input.
    """
    kind = type(operation).__name__
    if kind in _SAME_PLACE or (kind == "LayerNormalization" and operation.axis in (-1, [-1], [3])):
        # Else one value goes to every place, as the weights of channels do in squeeze and excitation.
        return Link(np.eye(inputs, dtype=bool)) if inputs == outputs else None
    if kind in _WINDOWS:
        size = getattr(operation, "kernel_size", None) or operation.pool_size
        return _windows(operation, int(size[side]), inputs, outputs, side)
    if kind == "Conv2DTranspose":
        return _transposed(operation, inputs, outputs, side)
    if kind == "ZeroPadding2D":
        return _moved(-int(operation.padding[side][0]), inputs, outputs)
    if kind == "Cropping2D":
        return _moved(int(operation.cropping[side][0]), inputs, outputs)
    if kind in ("UpSampling2D", "Resizing"):
        return _resized(operation, inputs, outputs)
    return None


def _windows(operation: Any, size: int, inputs: int, outputs: int, side: int) -> Link:
    stride = int(np.broadcast_to(operation.strides, 2)[side])
    dilation = int(np.broadcast_to(getattr(operation, "dilation_rate", 1), 2)[side])
    reach = (size - 1) * dilation
    before = max((outputs - 1) * stride + reach + 1 - inputs, 0) // 2 if operation.padding == "same" else 0
    table = np.zeros((outputs, inputs), bool)
    for tap in range(size):
        at = np.arange(outputs) * stride - before + tap * dilation
        inside = (at >= 0) & (at < inputs)
        table[np.flatnonzero(inside), at[inside]] = True
    return Link(table, reach / 2 - before, stride)


def _transposed(operation: Any, inputs: int, outputs: int, side: int) -> Link:
    """Return the link of a convolution that goes the other way: as the one whose gradient it is, turned round."""
    size, stride = int(operation.kernel_size[side]), int(operation.strides[side])
    dilation = int(np.broadcast_to(operation.dilation_rate, 2)[side])
    reach = (size - 1) * dilation
    before = max(reach + 1 - stride, 0) // 2 if operation.padding == "same" else 0
    table = np.zeros((outputs, inputs), bool)
    for tap in range(size):
        at = np.arange(inputs) * stride - before + tap * dilation
        inside = (at >= 0) & (at < outputs)
        table[at[inside], np.flatnonzero(inside)] = True
    return Link(table, (before - reach / 2) / stride, 1 / stride)


def _moved(by: int, inputs: int, outputs: int) -> Link:
    at = np.arange(outputs) + by
    return Link(at[:, None] == np.arange(inputs), by)


def _resized(operation: Any, inputs: int, outputs: int) -> Link | None:
    if getattr(operation, "crop_to_aspect_ratio", False) or getattr(operation, "pad_to_aspect_ratio", False):
        return None
    scale = inputs / outputs
    centres = (np.arange(outputs) + 0.5) * scale - 0.5
    nearest = operation.interpolation == "nearest"
    reach = {"nearest": 0.5, "bilinear": 1.0}.get(operation.interpolation, 3.0) * max(1.0, scale)
    apart = np.abs(np.clip(centres, 0, inputs - 1)[:, None] - np.arange(inputs))
    return Link(apart <= reach if nearest else apart < reach, scale / 2 - 0.5, scale)
