"""Outputs and gradients by PyTorch; what the functions take and give is said in ``backend.py``."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import keras
import numpy as np
import torch
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
    """Return the forward pass; see :class:`~cifar_core.explain.backends.backend.Backend`."""

    def forward(images: Pictures) -> Logits:
        with torch.no_grad():
            return _array(model(_tensor(images), training=False))

    return forward


def compile_features(model: Any, head: str) -> Callable[[Pictures], Features]:
    """Return the forward pass up to a layer; see :class:`~cifar_core.explain.backends.backend.Backend`.

    Parameters
    ----------
    model : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
    head : str
        Name as in :func:`cifar_core.models.saved.flatten_layers`.
    """
    target = {head: flatten_layers(model)[head]}

    def forward(images: Pictures) -> Features:
        with torch.no_grad(), recorded_inputs(target) as inputs:
            model(_tensor(images), training=False)
        return _array(inputs[head])

    return forward


def compile_gradients(
    model: Any, layer: str | None, score: Score = "logit", *, guided: bool = False
) -> Callable[[Pictures, NDArray[np.int32], NDArray[np.int32]], tuple[Logits, Maps, Maps]]:
    """Return the gradient of a score; see :class:`~cifar_core.explain.backends.backend.Backend`.

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

    def compute(
        images: Pictures, classes: NDArray[np.int32], others: NDArray[np.int32]
    ) -> tuple[Logits, Maps, Maps]:
        pixels = _tensor(images).requires_grad_()
        with recorded_outputs(target) as outputs, guided_relus() if guided else nullcontext():
            logits = model(pixels, training=False)
        features = pixels if layer is None else outputs[layer]
        scored = _scored(logits, classes, others, score)
        # Each picture's score depends on its own maps alone.
        (gradients,) = torch.autograd.grad(scored.sum(), features, allow_unused=True)
        if gradients is None:
            gradients = torch.zeros_like(features)
        return _array(logits), _array(features), _array(gradients)

    return compute


def compile_attention(model: Any, layers: Sequence[str], score: Score = "logit") -> AttentionFunction:
    """Return weights of attention and their gradients; see :class:`~cifar_core.explain.backends.backend.Backend`.

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

    def compute(images: Pictures, classes: NDArray[np.int32], others: NDArray[np.int32]) -> tuple[Any, Any]:
        pixels = _tensor(images).requires_grad_()
        with recorded_attention(targets, lambda number, weights: weights.requires_grad_()) as attention:
            logits = model(pixels, training=False)
        scored = _scored(logits, classes, others, score)
        found = torch.autograd.grad(scored.sum(), attention, allow_unused=True)
        gradients = [
            torch.zeros_like(weights) if one is None else one
            for weights, one in zip(attention, found, strict=True)
        ]
        return [_array(one) for one in attention], [_array(one) for one in gradients]

    return compute


def compile_replaced(
    model: Any, layer: str, put: Callable[[Any, Any], Any]
) -> Callable[[Pictures, Maps], Logits]:
    """Return the rest of a network; see :class:`~cifar_core.explain.backends.backend.Backend`.

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

    def forward(images: Pictures, features: Maps) -> Logits:
        with torch.no_grad(), replaced_output(target, lambda output: put(output, _tensor(features))):
            return _array(model(_tensor(images), training=False))

    return forward


def _scored(logits: Any, classes: NDArray[np.int32], others: NDArray[np.int32], score: Score) -> Any:
    """Return what is differentiated, (N,)."""
    rows = torch.arange(len(logits), device=logits.device)
    wanted, against = (torch.as_tensor(given, device=logits.device).long() for given in (classes, others))
    chosen = torch.where(wanted == PREDICTED, logits.argmax(dim=1), wanted)
    scored = logits[rows, chosen]
    if score == "margin":
        without = logits.detach().clone()
        without[rows, chosen] = -torch.inf
        scored = scored - logits[rows, torch.where(against == RUNNER_UP, without.argmax(dim=1), against)]
    elif score == "log_probability":
        scored = scored - logits.logsumexp(dim=1)
    return scored


def _tensor(array: NDArray[Any]) -> Any:
    return keras.ops.convert_to_tensor(np.array(array, np.float32))


def _array(tensor: Any) -> NDArray[np.float32]:
    return np.asarray(tensor.detach().float().cpu().numpy())
