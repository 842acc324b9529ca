"""The same network with faster operations, for training on a processor with TensorFlow.

Keras's layers stay what they are, in the file of the weights too; only the training step computes four of them in
another way. What each brings stands in docs/performance.md.

- **Filter gradients of small maps.** The gradient of a kernel is itself a convolution, in which pictures and channels
  change places. On maps of a few pixels that convolution is twice as fast as oneDNN's operation for the gradient.
- **Gradients of depthwise convolutions** with a stride, or larger than 3×3, in float32: oneDNN's operations for
  bfloat16 take up to forty times as long.
- **Batch norm** in TensorFlow's one fused operation, which reads bfloat16, instead of Keras's half a dozen.
- **GELU and SiLU** compiled by XLA into one loop that gives value and slope together; the way back is one
  multiplication.
"""

import functools
import math
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import keras

from cifar_core.training.operations import OWN, SMALL_MAP, OwnOperation

PICTURES_AT_ONCE = 128
"""A longer sum over pictures no longer fits into the processor's cache; fewer pictures are not worth a call."""

EVEN = 16
"""Each piece holds a multiple of so many pictures."""

_Formula = Callable[[Any], tuple[Any, Any]]


class Accelerated(keras.Model):  # type: ignore[misc]
    """A functional model on the layers of another one, some of which others stand in for.

    Its layers are not called once more to be put together: a network's graph is walked when it computes.
    """

    _stand_ins: Mapping[str, Any] = MappingProxyType({})
    pictures = 0
    """Per step, where operations of ours are computed with."""
    _ahead = False

    def accelerate(self, batch_size: int, own: Collection[str] = OWN) -> None:
        """Compute the same function from now on by operations of ours; rounding differs.

        Parameters
        ----------
        batch_size : int
            Pictures per step, 1 or more: a gradient over many is summed up in pieces that fit into the cache.
        own : collection of str
            Which operations are computed in the other way.
        """
        chosen = {layer.name: (layer, _suitable(layer, own)) for layer in super().layers}
        self._stand_ins = MappingProxyType(
            {name: stand_in(layer, kind, batch_size) for name, (layer, kind) in chosen.items() if kind}
        )
        self.pictures = batch_size

    def compile_ahead(self) -> None:
        """Let XLA compile the formulas of activations in another thread, for it needs no Python, while this one traces.

        Each shape is compiled for itself, in tenths of a second. Otherwise the first step waits for each of them.
        """
        layers = [one.layer for one in self._stand_ins.values() if isinstance(one, _Activation)]
        kinds = dict.fromkeys(
            (layer.activation, layer.output.shape[1:], layer.compute_dtype) for layer in layers
        )
        if kinds and not self._ahead:
            self._ahead = True
            threading.Thread(target=_compile, args=(list(kinds), self.pictures)).start()

    @property
    def layers(self) -> list[Any]:
        """Those that it computes with; all weights are those of the network's own."""
        return [self._stand_ins.get(layer.name, layer) for layer in super().layers]

    def _run_through_graph(
        self, inputs: Any, operation_fn: Callable[[Any], Any] = lambda layer: layer, call_fn: Any = None
    ) -> Any:
        return super()._run_through_graph(
            inputs, lambda layer: operation_fn(self._stand_ins.get(layer.name, layer)), call_fn
        )


def _suitable(layer: Any, own: Collection[str]) -> OwnOperation | None:
    return next((name for name, kind in _KINDS.items() if name in own and kind.fits(layer)), None)


def used_operations(network: Any) -> tuple[OwnOperation, ...]:
    """Return which operations of ours a network computes with (:class:`Accelerated`)."""
    return tuple(
        name for name, kind in _KINDS.items() if any(isinstance(layer, kind) for layer in network.layers)
    )


def stand_in(layer: Any, own: OwnOperation, batch_size: int) -> Any:
    """Return a layer that uses the weights of another one and computes the same by an operation of ours.

    Parameters
    ----------
    layer : keras.layers.Layer
        Of the operation's kind.
    own : str
        The operation.
    batch_size : int
        Pictures per step, 1 or more.
    """
    if own == "filter_gradient":
        return _Convolution(layer, pieces=max(1, batch_size // PICTURES_AT_ONCE))
    return _KINDS[own](layer)


class _Faster(keras.layers.Layer):  # type: ignore[misc]
    """Stands in for a layer and uses its weights."""

    def __init__(self, layer: Any) -> None:
        super().__init__(name=layer.name, dtype=layer.dtype_policy)
        self.layer = layer

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the layer's own."""
        return self.layer.compute_output_shape(input_shape)


class _WithKernel(_Faster):
    """A layer whose convolution alone is computed in another way, by ``_convolved``."""

    def call(self, inputs: Any) -> Any:
        layer = self.layer
        outputs = self._convolved(inputs, keras.ops.cast(layer.kernel, self.compute_dtype))
        if layer.use_bias:
            outputs = outputs + keras.ops.cast(layer.bias, self.compute_dtype)
        return layer.activation(outputs)


class _Convolution(_WithKernel):
    def __init__(self, layer: Any, pieces: int) -> None:
        super().__init__(layer)
        self._pieces = pieces

    @staticmethod
    def fits(layer: Any) -> bool:
        """Whether kernel gradients of the layer can be computed in the other way."""
        if type(layer) is not keras.layers.Conv2D:
            return False
        _, height, width, _ = layer.input.shape
        return bool(
            max(height, width) <= SMALL_MAP
            and layer.padding == "same"
            and layer.strides == layer.dilation_rate == (1, 1)
            and layer.kernel_size[0] % 2 == layer.kernel_size[1] % 2 == 1
            and max(layer.kernel_size) > 1  # 1×1 is a matrix product already, and slower in this way
            and layer.groups == 1
            and layer.data_format == "channels_last"
        )

    def _convolved(self, inputs: Any, kernel: Any) -> Any:
        return _convolve(inputs, kernel, self._pieces)


class _DepthwiseConvolution(_WithKernel):
    @staticmethod
    def fits(layer: Any) -> bool:
        return bool(
            type(layer) is keras.layers.DepthwiseConv2D
            and layer.compute_dtype == "bfloat16"
            and (layer.strides != (1, 1) or max(layer.kernel_size) > 3)
            and layer.strides[0] == layer.strides[1]
            and layer.dilation_rate == (1, 1)
            and layer.data_format == "channels_last"
        )

    def _convolved(self, inputs: Any, kernel: Any) -> Any:
        return _convolve_depthwise(inputs, kernel, self.layer.strides[0], self.layer.padding.upper())


class _BatchNorm(_Faster):
    @staticmethod
    def fits(layer: Any) -> bool:
        return (
            type(layer) is keras.layers.BatchNormalization
            and len(layer.input.shape) == 4
            and layer.axis in (-1, 3)
            and not layer.renorm
        )

    def call(self, inputs: Any, training: bool = False, mask: None = None) -> Any:
        import tensorflow as tf

        layer = self.layer
        if not (training and layer.trainable):
            return layer(inputs, training=False)
        channels = inputs.shape[-1]
        nothing = tf.zeros(
            (0,)
        )  # In training the operation asks for statistics of all pictures, and uses none.
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=layer.gamma.value if layer.scale else tf.ones((channels,)),
            offset=layer.beta.value if layer.center else tf.zeros((channels,)),
            mean=nothing,
            variance=nothing,
            epsilon=layer.epsilon,
            is_training=True,
        )
        # The operation gives the unbiased variance; Keras averages the other one.
        count = tf.cast(tf.size(inputs) // channels, "float32")
        variance *= (count - 1.0) / count
        keep, take = tf.constant(layer.momentum), tf.constant(1.0 - layer.momentum)
        for average, value in ((layer.moving_mean.value, mean), (layer.moving_variance.value, variance)):
            average.assign(average * keep + value * take)  # Keras's own operators take twice as long to trace
        return outputs


class _Activation(_Faster):
    @staticmethod
    def fits(layer: Any) -> bool:
        return type(layer) is keras.layers.Activation and layer.activation in _FORMULAS

    def call(self, inputs: Any) -> Any:
        return _activate(inputs, _FORMULAS[self.layer.activation])


def _convolve(images: Any, kernel: Any, pieces: int) -> Any:
    """Convolve (N, h, w, in) with an odd (kh, kw, in, out), stride 1, padding to the same size."""
    import tensorflow as tf

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def convolve(images: Any, kernel: Any) -> Any:
        def gradients(upstream: Any) -> Any:
            of_images = tf.raw_ops.Conv2DBackpropInput(
                input_sizes=tf.shape(images), filter=kernel, out_backprop=upstream,
                strides=[1, 1, 1, 1], padding="SAME",
            )  # fmt: skip
            return of_images, tf.cast(_kernel_gradient(images, upstream, kernel.shape, pieces), kernel.dtype)

        return tf.nn.conv2d(images, kernel, 1, "SAME"), gradients

    return convolve(images, kernel)


def _kernel_gradient(images: Any, upstream: Any, kernel: tuple[int, ...], pieces: int) -> Any:
    """Convolve pictures with the upstream gradient, channels in the role of pictures: float32 of the kernel's shape."""
    import tensorflow as tf

    margins = [[0, 0], [kernel[0] // 2] * 2, [kernel[1] // 2] * 2, [0, 0]]
    # Pictures of zeros add nothing to the sum. Without them oneDNN 3.7 multiplies what lies beyond the end of an odd
    # number of pictures by zero; where that is no number, neither is the gradient, and training collapses.
    missing = -tf.shape(images)[0] % (EVEN * pieces)
    channels_first = tf.pad(tf.transpose(images, [3, 1, 2, 0]), [[0, 0], [0, 0], [0, 0], [0, missing]])
    pictures_inside = tf.pad(tf.transpose(upstream, [1, 2, 0, 3]), [[0, 0], [0, 0], [0, missing], [0, 0]])
    sums = [
        tf.cast(tf.nn.conv2d(one, other, 1, margins), "float32")
        for one, other in zip(
            tf.split(channels_first, pieces, 3), tf.split(pictures_inside, pieces, 2), strict=True
        )
    ]
    return tf.transpose(tf.add_n(sums), [1, 2, 0, 3])


def _convolve_depthwise(images: Any, kernel: Any, stride: int, padding: str) -> Any:
    """Convolve each channel of (N, h, w, c) with its own of (kh, kw, c, m); the gradients are computed in float32."""
    import tensorflow as tf

    strides = [1, stride, stride, 1]

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def convolve(images: Any, kernel: Any) -> Any:
        def gradients(upstream: Any) -> Any:
            upstream = tf.cast(upstream, "float32")
            of_images = tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
                input_sizes=tf.shape(images), filter=tf.cast(kernel, "float32"), out_backprop=upstream,
                strides=strides, padding=padding,
            )  # fmt: skip
            of_kernel = tf.raw_ops.DepthwiseConv2dNativeBackpropFilter(
                input=tf.cast(images, "float32"), filter_sizes=kernel.shape, out_backprop=upstream,
                strides=strides, padding=padding,
            )  # fmt: skip
            return tf.cast(of_images, images.dtype), tf.cast(of_kernel, kernel.dtype)

        return tf.nn.depthwise_conv2d(images, kernel, strides, padding), gradients

    return convolve(images, kernel)


def _activate(inputs: Any, formula: _Formula) -> Any:
    """Compute an activation, keeping its slope for the way back."""
    import tensorflow as tf

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def activate(inputs: Any) -> Any:
        value, slope = _compiled(formula)(inputs)
        return value, lambda upstream: upstream * slope

    return activate(inputs)


def _compile(kinds: Sequence[tuple[Any, tuple[int, ...], str]], pictures: int) -> None:
    import tensorflow as tf

    for activation, shape, dtype in kinds:
        formula = _compiled(_FORMULAS[activation])
        formula.get_concrete_function(tf.TensorSpec((None, *shape), dtype))(
            tf.zeros((pictures, *shape), dtype)
        )


@functools.cache
def _compiled(formula: _Formula) -> Any:
    """Return the formula as one loop, the same function for all layers: each new one would be compiled anew."""
    import tensorflow as tf

    @tf.function(jit_compile=True)  # type: ignore[untyped-decorator]
    def value_and_slope(inputs: Any) -> Any:
        return tuple(tf.cast(part, inputs.dtype) for part in formula(tf.cast(inputs, "float32")))

    return value_and_slope


def _gelu(x: Any) -> tuple[Any, Any]:
    """Return x Φ(x), Φ the normal distribution, and its slope Φ(x) + x φ(x)."""
    import tensorflow as tf

    below = 0.5 + 0.5 * tf.math.erf(x * math.sqrt(0.5))
    density = tf.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    return x * below, below + x * density


def _silu(x: Any) -> tuple[Any, Any]:
    """Return x σ(x), σ the sigmoid, and its slope σ(x) + x σ(x) (1 - σ(x))."""
    import tensorflow as tf

    gate = tf.sigmoid(x)
    return x * gate, gate + x * gate * (1 - gate)


_FORMULAS = {keras.activations.gelu: _gelu, keras.activations.silu: _silu}
_KINDS: dict[OwnOperation, Any] = {
    "filter_gradient": _Convolution,
    "depthwise_gradient": _DepthwiseConvolution,
    "batch_norm": _BatchNorm,
    "activation": _Activation,
}
