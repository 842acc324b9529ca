"""Opens saved networks and answers questions about them, in this process."""

from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError, NetworkFileError
from cifar_core.explain.attack import attack_pictures
from cifar_core.explain.attention import Attention, attention_layers, find_attention
from cifar_core.explain.backends.backend import Pictures
from cifar_core.explain.compiled import Compiled
from cifar_core.explain.cross_entropy import cross_entropy
from cifar_core.explain.ending import are_probabilities, is_one_output, logits_of
from cifar_core.explain.evidence import Asked, find_evidence, finite
from cifar_core.explain.faithfulness.randomised import randomise_from_top
from cifar_core.explain.fused import fuse_maps, split_layers
from cifar_core.explain.geometry import Geometry, MapPlace, find_geometry, pixel_place
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.layers import CamLayer, choose_cam_layer, find_cam_layers
from cifar_core.explain.methods.method import Told
from cifar_core.explain.methods.registry import DEFAULT_METHOD, METHODS, WITHOUT_MAPS, get_method
from cifar_core.explain.question import Question
from cifar_core.explain.recording import recorded_outputs
from cifar_core.explain.result import Explanation
from cifar_core.explain.scores import Score
from cifar_core.explain.tokens import as_array
from cifar_core.file_cache import FileCache
from cifar_core.maps.features import MOST_FEATURES
from cifar_core.models.saved import open_network

MODELS_KEPT = 4
"""Loaded models kept at once; the largest have 34 million parameters, 136 MB each."""


def explain(
    network: Any,
    pictures: Pictures,
    *,
    method: str = DEFAULT_METHOD,
    class_index: int | None = None,
    layer: str | None = None,
    score: Score = "logit",
    against: int | None = None,
    told: Told = lambda share: None,
) -> tuple[Explanation, ...]:
    """Explain what any Keras model says of pictures, in this process: the one call for notebooks.

    Parameters
    ----------
    network : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3), gives logits or probabilities (N, classes), or one logit, or its
        sigmoid, for two classes. For many calls make a :class:`LoadedModel` of it, which keeps what was compiled.
    pictures : ndarray, shape (N, H, W, 3)
        RGB pictures, 0 to 255.
    method : str
        An id of :data:`cifar_core.explain.methods.registry.METHODS`.
    class_index : int, optional
        The class that is explained; the predicted one if not given.
    layer : str, optional
        Where to look; the deepest with maps fine enough if not given. Methods that look at pixels, or at attention,
        take none.
    score : {"logit", "margin", "log_probability"}
        What of the class is scored.
    against : int, optional
        With a margin, the other class; the most probable other one if not given.
    told : callable
        Told the share that is done; what it raises ends the work.

    Raises
    ------
    ExplainError
        No such class, layer or method, the pictures do not fit, or the method is none for this network.
    """
    if pictures.ndim != 4 or not len(pictures):
        raise ExplainError(
            f"Pictures have the shape (N, H, W, 3), and these {pictures.shape}. Put one alone into a list: [picture]."
        )
    asked = Question(Path(), cast("NDArray[np.uint8]", pictures), class_index, layer, method, score, against)
    return LoadedModel(_for_size(network, pictures.shape[1:])).explain(asked, told)


class LoadedModel:
    """A network with its compiled functions.

    Parameters
    ----------
    network : keras.Model
        Takes pixels 0–255 of shape (N, H, W, 3), gives what :func:`explain` says.

    Attributes
    ----------
    geometry : Geometry or None
        Where the cells of its maps lie; ``None`` where its graph does not tell.
    """

    def __init__(self, network: Any) -> None:
        self.network = network
        self._one_output = is_one_output(network)
        self.classes = 2 if self._one_output else int(network.output_shape[-1])
        self.geometry = find_geometry(network)
        self.layers, probabilities = _look_at(network, self.geometry)
        self.compiled = Compiled(network, probabilities=probabilities)

    def predict(self, pictures: Pictures) -> NDArray[np.float32]:
        """Return logits (N, classes) for pictures (N, H, W, 3) of pixels 0–255."""
        return finite(self.compiled.logits(pictures))

    def features(self, pictures: Pictures) -> NDArray[np.float32]:
        """Return the last features of pictures, what goes into the layer that decides.

        Parameters
        ----------
        pictures : ndarray, shape (N, H, W, 3)
            RGB pictures, 0 to 255.

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
        found = finite(self.compiled.last_features(pictures))
        found = np.asarray(found.reshape(len(found), -1, found.shape[-1]).mean(axis=1))
        if found.shape[1] <= MOST_FEATURES:
            return found
        signs = np.random.default_rng(0).choice([-1, 1], (found.shape[1], MOST_FEATURES)).astype(np.float32)
        return np.asarray(found @ signs / np.sqrt(MOST_FEATURES), np.float32)

    def explain(self, question: Question, told: Told = lambda share: None) -> tuple[Explanation, ...]:
        """Answer a question about this network, with an explanation of each picture.

        Parameters
        ----------
        question : Question
            Its ``model`` is not looked at: this is the one. A network without convolutions is explained by
            :data:`WITHOUT_MAPS` where the method would look at a layer.
        told : callable
            Told the share that is done, between two batches of a method that asks about many variants of a picture;
            what it raises ends the work.

        Raises
        ------
        ExplainError
            No such class, layer or method, the network's output is not finite, or the method is none for it.
        """
        classes = question.class_index if isinstance(question.class_index, tuple) else (question.class_index,)
        if len(classes) not in (1, len(question.pictures)):
            raise ExplainError(
                f"There is one class for each picture: {len(question.pictures)}, and these are {len(classes)}."
            )
        for index in (*classes, question.against):
            if index is not None and not 0 <= index < self.classes:
                raise ExplainError(
                    f"The network has no class number {index}: it knows 0 to {self.classes - 1}. Choose one of these."
                )
        if question.attack is not None:
            return self._attacked(question, told)
        method, instead = get_method(question.method), None
        if not self.layers and method.at_layer:
            method, instead = METHODS[WITHOUT_MAPS], method.title
        names = split_layers(question.layer) if method.at_layer else []
        if len(names) > 1:
            return self._fused(question, names, told)
        layer = choose_cam_layer(self.layers, question.layer) if method.at_layer else None
        attention = self._attention if method.at_patches else None
        place = next((one.place for one in (layer, attention) if one is not None), self._pixels)
        # Of one output the logit is the whole way between the two classes, up or down.
        score = "margin" if self._one_output and question.score == "logit" else question.score
        asked = Asked(
            question.pictures, layer, score, question.class_index, question.against, told, attention
        )
        found = find_evidence(self.compiled, method, asked)
        return tuple(
            Explanation(
                logits,
                int(index),
                Heatmap.from_evidence(
                    evidence,
                    layer=None if layer is None else layer.name,
                    class_index=int(index),
                    method=method.id,
                    place=place,
                ),
                self.layers,
                instead_of=instead,
                used=None if self.geometry is None else self.geometry.used,
                attends=self._attends,
                score=question.score,
                against=int(other) if question.score == "margin" else None,
            )
            for logits, index, other, evidence in zip(
                found.logits, found.chosen, found.others, found.maps, strict=True
            )
        )

    def _attacked(self, question: Question, told: Told) -> tuple[Explanation, ...]:
        assert question.attack is not None
        said = self.predict(question.pictures).argmax(axis=1).astype(np.int32)
        changed = attack_pictures(question.pictures, question.attack, cross_entropy(self.compiled, said))
        answers = self.explain(replace(question, pictures=changed, attack=None), told)
        return tuple(replace(one, attacked=picture) for one, picture in zip(answers, changed, strict=True))

    def _fused(self, question: Question, names: list[str], told: Told) -> tuple[Explanation, ...]:
        each = []
        for done, name in enumerate(names):
            part = partial(_told_of_part, told, done, len(names))
            each.append(self.explain(replace(question, layer=name), part))
        return tuple(
            replace(
                answers[0],
                heatmap=fuse_maps([one.heatmap for one in answers if one.heatmap is not None], self._pixels),
            )
            for answers in zip(*each, strict=True)
        )

    @cached_property
    def _attends(self) -> bool:
        return bool(attention_layers(self.network))

    @cached_property
    def _attention(self) -> Attention:
        return find_attention(self.network, self.geometry)

    @property
    def _pixels(self) -> MapPlace:
        if self.geometry is None:
            return pixel_place(np.ones(self.network.input_shape[1:3], bool))
        return pixel_place(self.geometry.used)


def _told_of_part(told: Told, done: int, parts: int, share: float) -> None:
    told((done + share) / parts)


class Explainer:
    """A small store of loaded models, the least recently used one dropped first."""

    def __init__(self, kept: int = MODELS_KEPT) -> None:
        self._load = FileCache(_load_model, kept)
        self._randomised = FileCache(_load_randomised, 1)

    def model(self, path: Path) -> LoadedModel:
        """Return the model saved at ``path``, loaded anew only when the file has changed.

        Raises
        ------
        ExplainError
            The file is missing or is not a model for 32×32 pictures.
        """
        return self._load(path)

    def explain(self, question: Question, told: Told = lambda share: None) -> tuple[Explanation, ...]:
        """Answer a question with an explanation of each picture.

        Parameters
        ----------
        question : Question
            What is asked of which network.
        told : callable
            As :meth:`LoadedModel.explain` has it.

        Raises
        ------
        ExplainError
            The model cannot be opened, or has no such class or layer.
        """
        if not question.randomised:
            return self.model(question.model).explain(question, told)
        names, forgetful = self._randomised(question.model, question.randomised)
        return tuple(replace(one, randomised=names) for one in forgetful.explain(question))


def _for_size(network: Any, size: tuple[int, ...]) -> Any:
    """Return a network that is known to take pictures of a size: itself, or one around it."""
    import keras

    given = getattr(network, "input_shape", None)
    if isinstance(given, tuple) and len(given) == 4 and None not in given[1:]:
        if given[1:] != size:
            raise ExplainError(
                f"The network takes pictures of the shape {given[1:]}, and these have {size}. Resize them first."
            )
        return network
    pixels = keras.Input(size)
    return keras.Model(pixels, network(pixels))


def _look_at(network: Any, geometry: Geometry | None) -> tuple[tuple[CamLayer, ...], bool]:
    """Find the layers of a network that can be computed here, and whether it gives probabilities even so."""
    try:
        with logits_of(network), recorded_outputs({"": network}) as outputs:
            layers = find_cam_layers(network, geometry)
        return layers, are_probabilities(as_array(outputs[""]))
    except Exception as error:
        if "NHWC" not in str(error):
            raise
        raise ExplainError(
            "This network computes channels first, and TensorFlow does not on this processor as it is set here. "
            "Explain it with KERAS_BACKEND=jax or torch, without TF_ENABLE_ONEDNN_OPTS=0, or build it channels last."
        ) from error


def _load_model(path: Path) -> LoadedModel:
    if not path.is_file():
        raise ExplainError(
            f"There is no saved model at {path}. Choose a run that has kept its weights, or train it again."
        )
    return LoadedModel(_load_network(path))


def _load_randomised(path: Path, layers: int) -> tuple[tuple[str, ...], LoadedModel]:
    """Load a network of its own, so that the one that is kept stays as it was trained, and let it forget."""
    network = _load_model(path).network
    names = randomise_from_top(network, layers)
    return names, LoadedModel(network)


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
