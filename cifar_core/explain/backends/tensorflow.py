"""Outputs and gradients, compiled by TensorFlow; what the functions take and give is said in ``backend.py``."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cifar_core.explain.backends.backend import (
    PREDICTED,
    RUNNER_UP,
    AttentionFunction,
    Features,
    Logits,
    Maps,
    Pictures,
)
from cifar_core.explain.guided import guided_relus
from cifar_core.explain.recording import (
    recorded_attention,
    recorded_inputs,
    recorded_outputs,
    replaced_output,
)
from cifar_core.explain.scores import Score
from cifar_core.models.saved import flatten_layers


def compile_logits(model: Any) -> Callable[[Pictures], Logits]:
    """Compile the forward pass; see :class:`~cifar_core.explain.backends.backend.Backend`."""

    def forward(images: Any) -> Any:
        return tf.cast(model(images, training=False), tf.float32)

    return _compiled(forward, [_image_spec(model)])


def compile_features(model: Any, head: str) -> Callable[[Pictures], Features]:
    """Compile the forward pass up to a layer; see :class:`~cifar_core.explain.backends.backend.Backend`.

    Parameters
    ----------
    model : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
    head : str
        Name as in :func:`cifar_core.models.saved.flatten_layers`.
    """
    target = {head: flatten_layers(model)[head]}

    def forward(images: Any) -> Any:
        with recorded_inputs(target) as inputs:
            model(images, training=False)
        return tf.cast(inputs[head], tf.float32)

    return _compiled(forward, [_image_spec(model)])


def compile_gradients(
    model: Any, layer: str | None, score: Score = "logit", *, guided: bool = False
) -> Callable[[Pictures, NDArray[np.int32], NDArray[np.int32]], tuple[Logits, Maps, Maps]]:
    """Compile the gradient of a score; see :class:`~cifar_core.explain.backends.backend.Backend`.

    TensorFlow prunes what the result does not need: only the part of the network behind the layer is differentiated.

    Parameters
    ----------
    model : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
    layer : str or None
        Name as in :func:`cifar_core.models.saved.flatten_layers`; its output has shape (N, h, w, K). ``None`` for the
        pixels.
    score : {"logit", "margin", "log_probability"}
        What is differentiated.
    guided : bool
        Whether ReLUs let only positive gradients through.
    """
    target = {} if layer is None else {layer: flatten_layers(model)[layer]}

    def features_and_gradients(pixels: Any, classes: Any, others: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(pixels)  # a tape records nothing but what depends on a watched tensor
            with recorded_outputs(target) as outputs, guided_relus() if guided else nullcontext():
                logits = model(pixels, training=False)
            scored = _scored(logits, classes, others, score)
        features = pixels if layer is None else outputs[layer]
        gradients = tape.gradient(scored, features, unconnected_gradients="zero")
        return tuple(tf.cast(tensor, tf.float32) for tensor in (logits, features, gradients))

    return _compiled(features_and_gradients, _signature(model))


def compile_attention(model: Any, layers: Sequence[str], score: Score = "logit") -> AttentionFunction:
    """Compile weights of attention and their gradients; see :class:`~cifar_core.explain.backends.backend.Backend`.

    Parameters
    ----------
    model : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
    layers : sequence of str
        Names as in :func:`cifar_core.explain.attention.attention_layers`.
    score : {"logit", "margin", "log_probability"}
        What is differentiated.
    """
    known = flatten_layers(model)
    targets = [known[name] for name in layers]

    def weights_and_gradients(pixels: Any, classes: Any, others: Any) -> Any:
        with tf.GradientTape() as tape:

            def watched(number: int, weights: Any) -> Any:
                tape.watch(weights)
                return weights

            with recorded_attention(targets, watched) as attention:
                scored = _scored(model(pixels, training=False), classes, others, score)
        gradients = tape.gradient(scored, attention, unconnected_gradients="zero")
        return [[tf.cast(one, tf.float32) for one in each] for each in (attention, gradients)]

    return _compiled(weights_and_gradients, _signature(model))


def compile_replaced(
    model: Any, layer: str, put: Callable[[Any, Any], Any]
) -> Callable[[Pictures, Maps], Logits]:
    """Compile the rest of a network; see :class:`~cifar_core.explain.backends.backend.Backend`.

    What computes that output is pruned, unless there is a way around the layer.

    Parameters
    ----------
    model : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
    layer : str
        Name as in :func:`cifar_core.models.saved.flatten_layers`.
    put : callable
        Makes of the layer's output and of maps what it gives out instead.
    """
    target = flatten_layers(model)[layer]

    def forward(images: Any, features: Any) -> Any:
        with replaced_output(target, lambda output: put(output, features)):
            return tf.cast(model(images, training=False), tf.float32)

    compiled: dict[tuple[int, ...], Any] = {}

    def compute(images: Pictures, features: Maps) -> Logits:
        shape = features.shape[1:]
        if shape not in compiled:
            signature = [_image_spec(model), tf.TensorSpec((None, *shape), tf.float32)]
            compiled[shape] = _compiled(forward, signature)
        return np.asarray(compiled[shape](images, features))

    return compute


def _compiled(function: Callable[..., Any], signature: Sequence[Any]) -> Callable[..., Any]:
    """Compile a function once, and let it take and give arrays.

    It is called as what was compiled: finding out anew at each call which compiled one fits what is given takes a
    fifth of the time of one picture.
    """
    concrete = tf.function(function, input_signature=signature).get_concrete_function()
    dtypes = [spec.dtype.as_numpy_dtype for spec in signature]

    def call(*arrays: NDArray[Any]) -> Any:
        given = [tf.constant(np.asarray(one, dtype)) for one, dtype in zip(arrays, dtypes, strict=True)]
        return tf.nest.map_structure(np.asarray, concrete(*given))

    return call


def _scored(logits: Any, classes: Any, others: Any, score: Score) -> Any:
    """Return what is differentiated, (N,)."""
    predicted = tf.argmax(logits, axis=1, output_type=tf.int32)
    chosen = tf.where(classes == PREDICTED, predicted, classes)
    own = _where(chosen, logits)
    scored = _picked(logits, own)
    if score == "margin":
        runner_up = tf.argmax(tf.where(own, logits.dtype.min, logits), axis=1, output_type=tf.int32)
        other = tf.where(others == RUNNER_UP, runner_up, others)
        scored -= _picked(logits, _where(other, logits))
    elif score == "log_probability":
        scored -= tf.reduce_logsumexp(logits, axis=1)
    return scored


def _where(classes: Any, logits: Any) -> Any:
    count = logits.shape[1] or tf.shape(logits)[1]
    return tf.one_hot(classes, count, on_value=True, off_value=False)


def _picked(logits: Any, own: Any) -> Any:
    """Return the logit of one class in each row, by a sum: the gradient of a gather takes a dozen small operations."""
    return tf.reduce_sum(tf.where(own, logits, tf.zeros_like(logits)), axis=1)


def _signature(model: Any) -> list[Any]:
    return [_image_spec(model), *[tf.TensorSpec((None,), tf.int32)] * 2]


def _image_spec(model: Any) -> Any:
    return tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)
