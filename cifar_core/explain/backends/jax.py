"""Outputs and gradients, compiled by JAX; what the functions take and give is said in ``backend.py``."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
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
    return _compiled(lambda images: _float32(model(images, training=False)))


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
        return _float32(inputs[head])

    return _compiled(forward)


def compile_gradients(
    model: Any, layer: str | None, score: Score = "logit", *, guided: bool = False
) -> Callable[[Pictures, NDArray[np.int32], NDArray[np.int32]], tuple[Logits, Maps, Maps]]:
    """Compile the gradient of a score; see :class:`~cifar_core.explain.backends.backend.Backend`.

    JAX differentiates with respect to what a function takes. So the function takes a shift of the layer's output, which
    is zero: the derivative with respect to either is the same.

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
    target = None if layer is None else flatten_layers(model)[layer]

    def features_of(pixels: Any) -> Any:
        if target is None:
            return pixels
        with recorded_outputs({"": target}) as outputs:
            model(pixels, training=False)
        return outputs[""]

    def total(shift: Any, pixels: Any, classes: Any, others: Any) -> Any:
        caught: list[Any] = []

        def shifted(output: Any) -> Any:
            caught[:] = [output]
            return output + shift

        if target is None:
            caught = [pixels]
            pixels = pixels + shift
        changed = nullcontext() if target is None else replaced_output(target, shifted)
        with changed, guided_relus() if guided else nullcontext():
            logits = _float32(model(pixels, training=False))
        # Each picture's score depends on its own maps alone.
        return _scored(logits, classes, others, score).sum(), (logits, caught[0])

    def features_and_gradients(pixels: Any, classes: Any, others: Any) -> Any:
        form = jax.eval_shape(features_of, pixels)
        shift = jnp.zeros(form.shape, form.dtype)
        gradients, (logits, features) = jax.grad(total, has_aux=True)(shift, pixels, classes, others)
        return logits, _float32(features), _float32(gradients)

    return _compiled(features_and_gradients)


def compile_attention(model: Any, layers: Sequence[str], score: Score = "logit") -> AttentionFunction:
    """Compile weights of attention and their gradients; see :class:`~cifar_core.explain.backends.backend.Backend`.

    They too are shifted by zero (:func:`compile_gradients`).

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

    def weights_of(pixels: Any) -> Any:
        with recorded_attention(targets) as attention:
            model(pixels, training=False)
        return attention

    def total(shifts: Any, pixels: Any, classes: Any, others: Any) -> Any:
        with recorded_attention(targets, lambda number, weights: weights + shifts[number]) as attention:
            logits = _float32(model(pixels, training=False))
        return _scored(logits, classes, others, score).sum(), attention

    def weights_and_gradients(pixels: Any, classes: Any, others: Any) -> Any:
        shifts = [jnp.zeros(form.shape, form.dtype) for form in jax.eval_shape(weights_of, pixels)]
        gradients, attention = jax.grad(total, has_aux=True)(shifts, pixels, classes, others)
        return jax.tree.map(_float32, (attention, gradients))

    return _compiled(weights_and_gradients)


def compile_replaced(
    model: Any, layer: str, put: Callable[[Any, Any], Any]
) -> Callable[[Pictures, Maps], Logits]:
    """Compile the rest of a network; see :class:`~cifar_core.explain.backends.backend.Backend`.

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
            return _float32(model(images, training=False))

    return _compiled(forward)


def _scored(logits: Any, classes: Any, others: Any, score: Score) -> Any:
    """Return what is differentiated, (N,)."""
    rows = jnp.arange(len(logits))
    chosen = jnp.where(classes == PREDICTED, logits.argmax(axis=1), classes)
    scored = logits[rows, chosen]
    if score == "margin":
        runner_up = logits.at[rows, chosen].set(-jnp.inf).argmax(axis=1)
        scored -= logits[rows, jnp.where(others == RUNNER_UP, runner_up, others)]
    elif score == "log_probability":
        scored -= jax.nn.logsumexp(logits, axis=1)
    return scored


def _float32(tensor: Any) -> Any:
    return jnp.asarray(tensor, jnp.float32)


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of pictures, once for each number of them, and let it take and give arrays."""
    quick = jax.jit(function)

    def call(images: Pictures, *others: Any) -> Any:
        return jax.tree.map(np.asarray, quick(np.asarray(images, np.float32), *others))

    return call
