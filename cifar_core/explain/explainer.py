"""Opens saved networks and answers questions about them, in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError, NetworkFileError
from cifar_core.explain.backends.backend import PREDICTED, RUNNER_UP, current_backend
from cifar_core.explain.geometry import find_geometry
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.layers import choose_cam_layer, find_cam_layers, find_head
from cifar_core.explain.methods.registry import get_method
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.scores import Score
from cifar_core.file_cache import FileCache
from cifar_core.maps.features import MOST_FEATURES
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
        self._geometry = find_geometry(network)
        self.layers = find_cam_layers(network, self._geometry)
        self._backend = current_backend()
        self._logits: Callable[..., NDArray[np.float32]] | None = None
        self._features: Callable[..., NDArray[np.float32]] | None = None
        self._gradients: dict[tuple[str, Score], Callable[..., Any]] = {}

    def predict(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return logits (N, classes) for pictures uint8 (N, 32, 32, 3)."""
        if self._logits is None:
            self._logits = self._backend.compile_logits(self.network)
        return _finite(self._logits(pictures))

    def features(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the last features of pictures, what goes into the layer that decides.

        Parameters
        ----------
        pictures : ndarray of uint8, shape (N, 32, 32, 3)
            RGB pictures.

        Returns
        -------
        ndarray of float32, shape (N, k)
            Maps of features are averaged over the picture; more than
            :data:`~cifar_core.maps.features.MOST_FEATURES` are projected onto so many random directions, always the
            same.

        Raises
        ------
        ExplainError
            They are not finite, or the network has no layer with weights.

        References
        ----------
        D. Achlioptas, "Database-friendly random projections: Johnson-Lindenstrauss with binary coins", Journal of
        Computer and System Sciences 66 (2003), doi:10.1016/S0022-0000(03)00025-4.
        """
        if self._features is None:
            self._features = self._backend.compile_features(self.network, find_head(self.network))
        found = _finite(self._features(pictures))
        found = np.asarray(found.reshape(len(found), -1, found.shape[-1]).mean(axis=1))
        if found.shape[1] <= MOST_FEATURES:
            return found
        signs = np.random.default_rng(0).choice([-1, 1], (found.shape[1], MOST_FEATURES)).astype(np.float32)
        return np.asarray(found @ signs / np.sqrt(MOST_FEATURES), np.float32)

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        """Answer a question about this network, with an explanation of each picture.

        Parameters
        ----------
        question : Question
            Its ``model`` is not looked at: this is the one.

        Raises
        ------
        ExplainError
            No such class, layer or method, or the network's output is not finite.
        """
        wanted = question.class_index
        for asked in (wanted, question.against):
            if asked is not None and not 0 <= asked < self.classes:
                raise ExplainError(
                    f"The network has no class number {asked}: it knows 0 to {self.classes - 1}. Choose one of these."
                )
        method = get_method(question.method)
        if not self.layers:
            return self._without_map(question)
        chosen = choose_cam_layer(self.layers, question.layer)
        layer = chosen.name
        gradients_of = self._gradients.get((layer, question.score))
        if gradients_of is None:
            gradients_of = self._backend.compile_gradients(self.network, layer, question.score)
            self._gradients[layer, question.score] = gradients_of
        count = len(question.pictures)
        classes = np.full(count, PREDICTED if wanted is None else wanted, np.int32)
        others = np.full(count, RUNNER_UP if question.against is None else question.against, np.int32)
        logits, features, gradients = gradients_of(question.pictures, classes, others)
        explained, against = _named(_finite(logits), classes, others)
        computed = {"features": features, "gradients": gradients}
        maps = method.evidence(*(computed[need] for need in method.needs))
        return tuple(
            Explanation(
                one,
                int(index),
                Heatmap.from_evidence(
                    evidence, layer=layer, class_index=int(index), method=method.id, place=chosen.place
                ),
                self.layers,
                used=self._used,
                score=question.score,
                against=int(other) if question.score == "margin" else None,
            )
            for one, index, other, evidence in zip(logits, explained, against, maps, strict=True)
        )

    @property
    def _used(self) -> NDArray[np.bool_] | None:
        return None if self._geometry is None else self._geometry.used

    def _without_map(self, question: Question) -> tuple[Explanation, ...]:
        try:
            choose_cam_layer(self.layers, None)
        except ExplainError as error:
            reason = str(error)
        wanted = question.class_index
        return tuple(
            Explanation(
                one,
                int(one.argmax()) if wanted is None else wanted,
                None,
                (),
                no_heatmap_reason=reason,
                used=self._used,
            )
            for one in self.predict(question.pictures)
        )


class Explainer:
    """A small store of loaded models, the least recently used one dropped first."""

    def __init__(self, kept: int = MODELS_KEPT) -> None:
        self._load = FileCache(_load_model, kept)

    def model(self, path: Path) -> LoadedModel:
        """Return the model saved at ``path``, loaded anew only when the file has changed.

        Raises
        ------
        ExplainError
            The file is missing or is not a model for 32×32 pictures.
        """
        return self._load(path)

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        """Answer a question with an explanation of each picture.

        Raises
        ------
        ExplainError
            The model cannot be opened, or has no such class or layer.
        """
        return self.model(question.model).explain(question)


def _load_model(path: Path) -> LoadedModel:
    if not path.is_file():
        raise ExplainError(
            f"There is no saved model at {path}. Choose a run that has kept its weights, or train it again."
        )
    return LoadedModel(_load_network(path))


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


def _named(
    logits: NDArray[np.float32], classes: NDArray[np.int32], others: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put the classes in the place of what stands for the most probable one, and for the most probable other."""
    chosen = np.where(classes == PREDICTED, logits.argmax(axis=1), classes)
    without = logits.copy()
    without[np.arange(len(logits)), chosen] = -np.inf
    return chosen, np.where(others == RUNNER_UP, without.argmax(axis=1), others)


def _finite(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(logits).all():
        raise ExplainError(
            "The network's output is not a finite number: its training has diverged. "
            "Choose another run, or train it with a lower learning rate."
        )
    return logits
