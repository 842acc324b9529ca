"""What a layer of Keras does, in a few words."""

from typing import Any

from cifar_core.words.counts import counted

COMPUTE_NOTHING = (
    "InputLayer",
    "Flatten",
    "Reshape",
    "Permute",
    "Identity",
    "Dropout",
    "SpatialDropout2D",
    "GaussianDropout",
    "GaussianNoise",
    "AlphaDropout",
    "ActivityRegularization",
    "Random",
)
"""Layers whose kind begins so give what they are given, once trained: they are not listed."""

_WORDS = {
    "Rescaling": "scales the pixel values",
    "Normalization": "scales the pixel values",
    "BatchNormalization": "shifts and scales each map (batch normalization)",
    "LayerNormalization": "shifts and scales the values of each place (layer normalization)",
    "GroupNormalization": "shifts and scales groups of maps (group normalization)",
    "RMSNormalization": "scales the values of each place (RMS normalization)",
    "ReLU": "sets negative values to 0 (ReLU)",
    "Softmax": "turns logits into probabilities (softmax)",
    "Add": "adds up what two ways give (skip connection)",
    "Multiply": "weighs one by the other (multiplication)",
    "Concatenate": "puts the maps of several ways side by side",
    "GlobalAveragePooling2D": "takes the mean of each map (global average pooling)",
    "GlobalMaxPooling2D": "takes the maximum of each map (global max pooling)",
    "GlobalAveragePooling1D": "takes the mean over all places",
    "EinsumDense": "weighs the values (dense)",
    "MultiHeadAttention": "lets each place look at all others (attention)",
    "ZeroPadding2D": "puts zeros around each map",
    "Cropping2D": "cuts off the border of each map",
    "UpSampling2D": "enlarges each map",
    "Resizing": "resizes each map",
}

_POOLED = {"MaxPooling2D": "maximum", "AveragePooling2D": "mean"}

_ACTIVATIONS = {"relu": "ReLU", "gelu": "GELU", "silu": "SiLU", "swish": "SiLU", "elu": "ELU"}


def computes(layer: Any) -> bool:
    """Say whether a layer does more than hand on what it is given."""
    return not type(layer).__name__.startswith(COMPUTE_NOTHING)


def operation_words(layer: Any, *, of_places: bool = False) -> str:
    """Say what a layer does: ``"convolution: 32 filters of 3×3, then ReLU"``.

    Parameters
    ----------
    layer : keras.Layer
        Of any class; one that nobody knows is called by its name.
    of_places : bool
        Whether it gives something for each place, so that the neurons of a dense one look at one place each.
    """
    kind = type(layer).__name__
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in _POOLED:
        return f"takes the {_POOLED[kind]} of each {_size(layer.pool_size)} (pooling)"
    if kind == "Dense":
        weighed = "the values of one place" if of_places else "all values"
        return f"{counted(layer.units, 'neuron')}, each weighs {weighed} (dense)" + _activation(layer)
    if kind == "Activation":
        return f"sends each value through {_name_of(layer.activation)}"
    size = getattr(layer, "kernel_size", None)
    if not isinstance(size, tuple):
        return f"a layer of the kind {kind}"
    stride = max(layer.strides) if isinstance(getattr(layer, "strides", None), tuple) else 1
    step = f", every {stride} pixels" if stride > 1 else ""
    if kind == "DepthwiseConv2D":
        return f"convolution of each map by itself, {_size(size)}{step} (depthwise)" + _activation(layer)
    what = {"SeparableConv2D": "separable convolution", "Conv2DTranspose": "transposed convolution"}
    filters = getattr(layer, "filters", None)
    many = f"{filters:,} filters of " if isinstance(filters, int) else ""
    return f"{what.get(kind, 'convolution')}: {many}{_size(size)}{step}" + _activation(layer)


def _size(size: tuple[int, ...]) -> str:
    return "×".join(map(str, size))


def _activation(layer: Any) -> str:
    name = _name_of(getattr(layer, "activation", None))
    return "" if name in ("", "linear") else f", then {name}"


def _name_of(activation: Any) -> str:
    name = getattr(activation, "__name__", "")
    return _ACTIVATIONS.get(name, name)
