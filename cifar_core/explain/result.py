"""What is known of one picture once a network has looked at it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.softmax import softmax
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.layers import CamLayer
from cifar_core.explain.scores import Score


@dataclass(frozen=True)
class Explanation:
    """A network's answer for one picture, and where it looked.

    Attributes
    ----------
    logits : ndarray of float32, shape (classes,)
        Output of the network before the softmax.
    class_index : int
        The class that is explained: the one asked for, or the predicted one.
    heatmap : Heatmap or None
        The heat map, where there is one.
    layers : tuple of CamLayer
        The layers a heat map can be computed at, in the order of computation.
    no_heatmap_reason : str or None
        Why there is no heat map, as a sentence.
    instead_of : str or None
        Title of the method that was asked for, where this network has no maps for it and another one was taken.
    used : ndarray of bool, shape (H, W), or None
        Which pixels have a way to the answer; the others change no logit. ``None`` where the graph does not tell.
    score : {"logit", "margin", "log_probability"}
        What of the class was scored.
    against : int or None
        The other class of a margin.
    randomised : tuple of str
        The layers that had forgotten what they learnt, the uppermost first, where the question asked for that.
    attends : bool
        Whether the network has attention layers, for methods that look at those.
    attacked : ndarray of uint8, shape (H, W, 3), or None
        The picture that was explained, where the question asked for an attack.
    """

    logits: NDArray[np.float32]
    class_index: int
    heatmap: Heatmap | None
    layers: tuple[CamLayer, ...]
    no_heatmap_reason: str | None = None
    instead_of: str | None = None
    used: NDArray[np.bool_] | None = None
    score: Score = "logit"
    against: int | None = None
    randomised: tuple[str, ...] = ()
    attends: bool = False
    attacked: NDArray[np.uint8] | None = None

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Softmax of the logits, shape (classes,), adding up to 1."""
        return softmax(self.logits)

    @property
    def predicted(self) -> int:
        """Index of the most probable class."""
        return int(np.argmax(self.logits))

    def top(self, count: int = 5) -> tuple[tuple[int, float], ...]:
        """Return the most probable classes as (index, probability), highest first, ties by index."""
        probabilities = self.probabilities
        order = np.argsort(-probabilities, kind="stable")[:count]
        return tuple((int(index), float(probabilities[index])) for index in order)


@dataclass(frozen=True)
class ClassProbability:
    """One class of an answer.

    Attributes
    ----------
    name : str
        The class.
    probability : float
        0 to 1.
    rank : int
        1 for the most probable class.
    is_true : bool or None
        Whether the picture shows this class; ``None`` where nobody knows.
    """

    name: str
    probability: float
    rank: int
    is_true: bool | None


def name_probabilities(
    answer: Explanation, class_names: tuple[str, ...], true_class: str | None, count: int = 5
) -> tuple[ClassProbability, ...]:
    """Return the most probable classes by name, and after them the true one if it is not among them.

    Parameters
    ----------
    answer : Explanation
        The network's answer.
    class_names : tuple of str
        What its outputs are called.
    true_class : str or None
        What the picture shows, where it is known.
    count : int
        How many classes.
    """
    ranked = tuple(
        ClassProbability(
            class_names[index],
            probability,
            rank,
            None if true_class is None else class_names[index] == true_class,
        )
        for rank, (index, probability) in enumerate(answer.top(len(class_names)), start=1)
    )
    return ranked[:count] + tuple(one for one in ranked[count:] if one.is_true)
