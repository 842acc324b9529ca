"""The functions of one network, each compiled when it is asked for the first time and kept."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.backends.backend import (
    AttentionFunction,
    Features,
    Logits,
    Maps,
    Pictures,
    current_backend,
)
from cifar_core.explain.ending import GivesLogits
from cifar_core.explain.guided import has_relus
from cifar_core.explain.layers import CamLayer, find_head
from cifar_core.explain.scores import Score
from cifar_core.models.saved import flatten_layers

Gradients = Callable[[Pictures, NDArray[np.int32], NDArray[np.int32]], tuple[Logits, Maps, Maps]]


class Compiled:
    """A network as functions from arrays to arrays, whatever computes them.

    Parameters
    ----------
    network : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3), gives logits (N, classes), or what they can be had from
        (:mod:`cifar_core.explain.ending`).
    probabilities : bool
        Whether its outputs are probabilities whose softmax is not Keras's.
    """

    def __init__(self, network: Any, *, probabilities: bool = False) -> None:
        self.network = network
        self._giving_logits = GivesLogits(network, probabilities=probabilities)
        self._backend = current_backend()
        self._logits: Callable[[Pictures], Logits] | None = None
        self._features: Callable[[Pictures], Features] | None = None
        self._gradients: dict[tuple[str | None, Score, bool], Gradients] = {}
        self._attention: dict[tuple[tuple[str, ...], Score], AttentionFunction] = {}
        self._replaced: dict[str, Callable[[Pictures, Maps], Logits]] = {}

    def logits(self, pictures: Pictures) -> Logits:
        """Return logits (N, classes)."""
        if self._logits is None:
            self._logits = self._backend.compile_logits(self._giving_logits)
        return self._logits(pictures)

    def last_features(self, pictures: Pictures) -> Features:
        """Return what goes into the layer that decides, (N, …, K)."""
        if self._features is None:
            self._features = self._backend.compile_features(self.network, find_head(self.network))
        return self._features(pictures)

    def gradients(self, layer: str | None, score: Score, *, guided: bool = False) -> Gradients:
        """Return the function that gives logits, a layer's output, and the gradient of a score with respect to it.

        Parameters
        ----------
        layer : str or None
            A layer; ``None`` for the pixels.
        score : {"logit", "margin", "log_probability"}
            What is differentiated.
        guided : bool
            Whether ReLUs let only positive gradients through.
        """
        key = (layer, score, guided)
        if key not in self._gradients:
            self._gradients[key] = self._backend.compile_gradients(
                self._giving_logits, layer, score, guided=guided
            )
        return self._gradients[key]

    def attention(self, layers: tuple[str, ...], score: Score) -> AttentionFunction:
        """Return the function that gives the weights of attention layers, and the gradient of a score for them.

        Parameters
        ----------
        layers : tuple of str
            Their names.
        score : {"logit", "margin", "log_probability"}
            What is differentiated.
        """
        key = (layers, score)
        if key not in self._attention:
            self._attention[key] = self._backend.compile_attention(self._giving_logits, layers, score)
        return self._attention[key]

    def replaced(self, layer: CamLayer) -> Callable[[Pictures, Maps], Logits]:
        """Return the function from pictures and a layer's maps (N, h, w, K) instead of its own to logits."""
        if layer.name not in self._replaced:
            self._replaced[layer.name] = self._backend.compile_replaced(
                self._giving_logits, layer.name, layer.put_back
            )
        return self._replaced[layer.name]

    @cached_property
    def has_relus(self) -> bool:
        """Whether the network has ReLUs, whose gradient can be guided."""
        return has_relus(self.network)

    @cached_property
    def head(self) -> Any:
        """The layer that decides (:func:`~cifar_core.explain.layers.find_head`)."""
        return flatten_layers(self.network)[find_head(self.network)]
