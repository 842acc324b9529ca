"""Loads models and explains pictures with them, in this process."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError, NetworkFileError
from cifar_core.explain.heatmap import PREDICTED, GradCam
from cifar_core.explain.layers import choose_cam_layer, find_cam_layers
from cifar_core.explain.methods.gradcam import weighted_sum
from cifar_core.explain.result import Explanation
from cifar_core.models.saved import open_network

MODELS_KEPT = 4
"""Loaded models kept at once; the largest have 34 million parameters, 136 MB each."""


class LoadedModel:
    """A network with its compiled functions.

    Parameters
    ----------
    network : keras.Model
        Takes pixels 0–255 of shape (N, 32, 32, 3), gives logits (N, classes).
    """

    def __init__(self, network: Any) -> None:
        self.network = network
        self.classes = int(network.output_shape[-1])
        self.layers = find_cam_layers(network)
        self._logits: Callable[..., NDArray[np.float32]] | None = None
        self._gradients: dict[str, Callable[..., Any]] = {}

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return logits (N, classes) for pictures uint8 (N, 32, 32, 3)."""
        if self._logits is None:
            from cifar_core.explain.backends.tensorflow import compile_logits

            self._logits = compile_logits(self.network)
        return _finite(self._logits(images))

    def explain(
        self, images: NDArray[np.uint8], *, class_index: int | None = None, layer: str | None = None
    ) -> tuple[Explanation, ...]:
        """Explain pictures.

        Parameters
        ----------
        images : ndarray of uint8, shape (N, 32, 32, 3)
            RGB pictures.
        class_index : int, optional
            The class to find evidence for; the predicted class of each picture if not given.
        layer : str, optional
            Where to look; the last convolution if not given.

        Raises
        ------
        ExplainError
            No such class or layer, or the network's output is not finite.
        """
        if class_index is not None and not 0 <= class_index < self.classes:
            raise ExplainError(
                f"The network has no class number {class_index}: it knows 0 to {self.classes - 1}. Choose one of these."
            )
        if not self.layers:
            return self._without_map(images, class_index)
        chosen = choose_cam_layer(self.layers, layer).name
        if chosen not in self._gradients:
            from cifar_core.explain.backends.tensorflow import compile_gradients

            self._gradients[chosen] = compile_gradients(self.network, chosen)
        asked = np.full(len(images), PREDICTED if class_index is None else class_index, np.int32)
        logits, features, gradients = self._gradients[chosen](images, asked)
        classes = np.where(asked == PREDICTED, _finite(logits).argmax(axis=1), asked)
        maps = weighted_sum(features, gradients)
        return tuple(
            Explanation(
                one,
                int(index),
                GradCam.from_weighted_sum(weighted, layer=chosen, class_index=int(index)),
                self.layers,
            )
            for one, index, weighted in zip(logits, classes, maps, strict=True)
        )

    def _without_map(self, images: NDArray[np.uint8], class_index: int | None) -> tuple[Explanation, ...]:
        try:
            choose_cam_layer(self.layers, None)
        except ExplainError as error:
            reason = str(error)
        return tuple(
            Explanation(
                one, int(one.argmax()) if class_index is None else class_index, None, (), no_cam_reason=reason
            )
            for one in self.predict(images)
        )


class Explainer:
    """A small store of loaded models, the least recently used one dropped first."""

    def __init__(self, kept: int = MODELS_KEPT) -> None:
        self._kept = kept
        self._models: OrderedDict[tuple[str, int, int], LoadedModel] = OrderedDict()

    def model(self, path: Path) -> LoadedModel:
        """Return the model saved at ``path``, loaded anew only when the file has changed.

        Raises
        ------
        ExplainError
            The file is missing or is not a model for 32×32 pictures.
        """
        try:
            state = path.stat()
        except OSError:
            raise ExplainError(
                f"There is no saved model at {path}. Choose a run that has kept its weights, or train it again."
            ) from None
        key = (str(path), state.st_mtime_ns, state.st_size)
        if key not in self._models:
            self._models[key] = LoadedModel(_load_network(path))
            while len(self._models) > self._kept:
                self._models.popitem(last=False)
        self._models.move_to_end(key)
        return self._models[key]


def _load_network(path: Path) -> Any:
    """Open a saved network that takes pictures of 32×32 and gives logits."""
    try:
        network = open_network(path)
    except NetworkFileError as error:
        raise ExplainError(f"{error} Choose another run, or train it again.") from error
    shapes = (getattr(network, "input_shape", None), getattr(network, "output_shape", None))
    if shapes[0] != (None, 32, 32, 3) or not isinstance(shapes[1], tuple) or len(shapes[1]) != 2:
        raise ExplainError(
            f"The model at {path} takes {shapes[0]} and gives {shapes[1]}. "
            "Choose one that takes (None, 32, 32, 3) and gives one logit for each class."
        )
    return network


def _finite(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(logits).all():
        raise ExplainError(
            "The network's output is not a finite number: its training has diverged. "
            "Choose another run, or train it with a lower learning rate."
        )
    return logits
