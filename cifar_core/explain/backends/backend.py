"""What a backend computes for an explanation, and which one does: that of Keras in this process."""

import importlib
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.scores import Score

Pictures = NDArray[np.uint8] | NDArray[np.float32]
"""Pixels from 0 to 255, of shape (N, H, W, 3); in between whole numbers where something was mixed in."""

Logits = NDArray[np.float32]
Maps = NDArray[np.float32]
Features = NDArray[np.float32]

AttentionFunction = Callable[
    [Pictures, NDArray[np.int32], NDArray[np.int32]],
    tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]],
]
"""From pictures, classes and others to the weights of attention, and their gradients."""

PREDICTED = -1
"""In place of a class index: the class with the highest logit."""

RUNNER_UP = -1
"""In place of the index of another class: the one with the highest logit of the others."""


class Backend(Protocol):
    """What each file beside this one offers: functions, compiled for one network.

    The number of pictures is left open, so that each is compiled once.
    """

    def compile_logits(self, model: Any) -> Callable[[Pictures], Logits]:
        """Compile the forward pass.

        Parameters
        ----------
        model : keras.Model
            Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).

        Returns
        -------
        callable
            ``logits(images)`` with images (N, H, W, 3) and float32 logits (N, classes).
        """

    def compile_features(self, model: Any, head: str) -> Callable[[Pictures], Features]:
        """Compile the forward pass up to a layer.

        Parameters
        ----------
        model : keras.Model
            Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
        head : str
            Name as in :func:`cifar_core.models.saved.flatten_layers`.

        Returns
        -------
        callable
            ``features(images)`` with images (N, H, W, 3) gives float32 what goes into that layer,
            (N, …, K).
        """

    def compile_gradients(
        self, model: Any, layer: str | None, score: Score = "logit", *, guided: bool = False
    ) -> Callable[[Pictures, NDArray[np.int32], NDArray[np.int32]], tuple[Logits, Maps, Maps]]:
        """Compile the forward pass and the gradient of one score per picture with respect to a layer's output.

        Parameters
        ----------
        model : keras.Model
            Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
        layer : str or None
            Name as in :func:`cifar_core.models.saved.flatten_layers`; its output has shape (N, h, w, K). ``None`` for
            the pixels themselves.
        score : {"logit", "margin", "log_probability"}
            What is differentiated.
        guided : bool
            Whether ReLUs let only positive gradients through (:func:`cifar_core.explain.guided.guided_relus`).

        Returns
        -------
        callable
            ``gradients(images, classes, others)`` with images (N, H, W, 3), classes int32 (N,), where
            :data:`PREDICTED` stands for the class with the highest logit, and others int32 (N,), which a margin alone
            looks at, where :data:`RUNNER_UP` stands for the highest of the others. Gives float32 logits (N, classes),
            features (N, h, w, K) and their gradients (N, h, w, K); of the pixels these are (N, H, W, 3).
        """

    def compile_attention(
        self, model: Any, layers: Sequence[str], score: Score = "logit"
    ) -> AttentionFunction:
        """Compile the weights of attention layers, and the gradient of one score per picture with respect to them.

        Parameters
        ----------
        model : keras.Model
            Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
        layers : sequence of str
            Names as in :func:`cifar_core.explain.attention.attention_layers`.
        score : {"logit", "margin", "log_probability"}
            What is differentiated.

        Returns
        -------
        callable
            ``attention(images, classes, others)``, which takes what that of :meth:`compile_gradients` takes, gives
            float32 weights (N, heads, T, T) of each call of a layer, in the order of computation, and their gradients.
        """

    def compile_replaced(
        self, model: Any, layer: str, put: Callable[[Any, Any], Any]
    ) -> Callable[[Pictures, Maps], Logits]:
        """Compile the forward pass with a layer's output replaced.

        Parameters
        ----------
        model : keras.Model
            Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes).
        layer : str
            Name as in :func:`cifar_core.models.saved.flatten_layers`.
        put : callable
            Makes of the layer's output and of maps what it gives out instead
            (:meth:`cifar_core.explain.layers.CamLayer.put_back`).

        Returns
        -------
        callable
            ``replaced(images, features)`` with images (N, H, W, 3), which matter where there is a way around the
            layer, and features float32 (N, h, w, K) in the place of its output. Gives float32 logits (N, classes).
        """


def current_backend() -> Backend:
    """Return the file that computes with what Keras computes with here.

    Raises
    ------
    ExplainError
        There is no such file.
    """
    import keras

    name = keras.backend.backend()
    module = f"{__package__}.{name}"
    if find_spec(module) is None:
        raise ExplainError(
            f"Explanations cannot be computed with Keras's backend “{name}” yet. Choose another one in KERAS_BACKEND."
        )
    return cast("Backend", importlib.import_module(module))
