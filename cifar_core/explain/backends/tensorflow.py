"""Outputs and gradients, compiled by TensorFlow; what the functions take and give is said in ``backend.py``."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cifar_core.explain.backends.backend import PREDICTED, RUNNER_UP, Features, Logits, Maps
from cifar_core.explain.layers import recorded_inputs, recorded_outputs
from cifar_core.explain.scores import Score
from cifar_core.models.saved import flatten_layers


def compile_logits(model: Any) -> Callable[[NDArray[np.uint8]], Logits]:
    """Compile the forward pass; see :class:`~cifar_core.explain.backends.backend.Backend`."""

    def forward(images: Any) -> Any:
        return tf.cast(model(tf.cast(images, tf.float32), training=False), tf.float32)

    compiled = tf.function(forward, input_signature=[_image_spec(model)])
    return lambda images: np.asarray(compiled(images))


def compile_features(model: Any, head: str) -> Callable[[NDArray[np.uint8]], Features]:
    """Compile the forward pass up to a layer; see :class:`~cifar_core.explain.backends.backend.Backend`.

    Parameters
    ----------
    model : keras.Model
        Takes pixels 0–255 of shape (N, 32, 32, 3), gives logits (N, classes).
    head : str
        Name as in :func:`cifar_core.models.saved.flatten_layers`.
    """
    target = {head: flatten_layers(model)[head]}

    def forward(images: Any) -> Any:
        with recorded_inputs(target) as inputs:
            model(tf.cast(images, tf.float32), training=False)
        return tf.cast(inputs[head], tf.float32)

    compiled = tf.function(forward, input_signature=[_image_spec(model)])
    return lambda images: np.asarray(compiled(images))


def compile_gradients(
    model: Any, layer: str, score: Score = "logit"
) -> Callable[[NDArray[np.uint8], NDArray[np.int32], NDArray[np.int32]], tuple[Logits, Maps, Maps]]:
    """Compile the gradient of a score; see :class:`~cifar_core.explain.backends.backend.Backend`.

    TensorFlow prunes what the result does not need: only the part of the network behind the layer is differentiated.

    Parameters
    ----------
    model : keras.Model
        Takes pixels 0–255 of shape (N, 32, 32, 3), gives logits (N, classes).
    layer : str
        Name as in :func:`cifar_core.models.saved.flatten_layers`; its output has shape (N, h, w, K).
    score : {"logit", "margin", "log_probability"}
        What is differentiated.
    """
    target = {layer: flatten_layers(model)[layer]}

    def features_and_gradients(images: Any, classes: Any, others: Any) -> Any:
        pixels = tf.cast(images, tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(pixels)  # a tape records nothing but what depends on a watched tensor
            with recorded_outputs(target) as outputs:
                logits = model(pixels, training=False)
            predicted = tf.argmax(logits, axis=1, output_type=tf.int32)
            chosen = tf.where(classes == PREDICTED, predicted, classes)
            scored = tf.gather(logits, chosen, batch_dims=1)
            if score == "margin":
                own = tf.one_hot(chosen, logits.shape[1], on_value=True, off_value=False)
                runner_up = tf.argmax(tf.where(own, logits.dtype.min, logits), axis=1, output_type=tf.int32)
                other = tf.where(others == RUNNER_UP, runner_up, others)
                scored -= tf.gather(logits, other, batch_dims=1)
            elif score == "log_probability":
                scored -= tf.reduce_logsumexp(logits, axis=1)
        features = outputs[layer]
        gradients = tape.gradient(scored, features, unconnected_gradients="zero")
        return tuple(tf.cast(tensor, tf.float32) for tensor in (logits, features, gradients))

    signature = [_image_spec(model), *[tf.TensorSpec((None,), tf.int32)] * 2]
    compiled = tf.function(features_and_gradients, input_signature=signature)

    def compute(
        images: NDArray[np.uint8], classes: NDArray[np.int32], others: NDArray[np.int32]
    ) -> tuple[Logits, Maps, Maps]:
        logits, features, gradients = compiled(images, classes, others)
        return np.asarray(logits), np.asarray(features), np.asarray(gradients)

    return compute


def _image_spec(model: Any) -> Any:
    return tf.TensorSpec((None, *model.input_shape[1:]), tf.uint8)
