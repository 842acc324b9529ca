"""Asking a network for the maps of many pictures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.explain.faithfulness.baselines import Maps
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.registry import get_method
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.spread import spread_maps

FEW = 4
"""Pictures that are asked about at once by a method that tries a thousand variants of each: an answer has its time."""

Told = Callable[[str, float], None]
"""Called with what is being done, in words, and how much of it is, 0 to 1; whoever wants to stop raises."""


class Network(Protocol):
    """What is asked: :class:`cifar_core.explain.process.service.InferenceService`, or a stand-in of a test."""

    def explain(self, question: Question) -> tuple[Explanation, ...]:
        """Explain each picture of a question."""

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return logits, shape (N, classes).

        Parameters
        ----------
        model_path : Path
            A ``model.keras``.
        images : ndarray of uint8, shape (N, H, W, 3)
            RGB pictures.
        """


@dataclass(frozen=True, eq=False)
class AskedMaps:
    """The maps of N pictures by one method.

    Attributes
    ----------
    heatmaps : tuple of Heatmap
        In the order of the pictures.
    classes : ndarray of int64, shape (N,)
        The class that each explains.
    predicted : ndarray of int64, shape (N,)
        The class that the network says.
    maps : ndarray of float32, shape (N, H, W)
        Heat at each pixel of the pictures.
    randomised : tuple of str
        The layers that had forgotten what they learnt.
    """

    heatmaps: tuple[Heatmap, ...]
    classes: NDArray[np.int64]
    predicted: NDArray[np.int64]
    maps: Maps
    randomised: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        """By which method: another one than was asked for where that is none for this network."""
        return self.heatmaps[0].method

    @property
    def layer(self) -> str | None:
        """Where they were computed; ``None`` for the pixels themselves."""
        return self.heatmaps[0].layer

    @property
    def cells(self) -> tuple[int, int]:
        """How many rows and columns of cells they have."""
        height, width = self.heatmaps[0].values.shape
        return height, width

    @property
    def empty(self) -> NDArray[np.bool_]:
        """Which have no positive evidence, shape (N,)."""
        return np.array([one.is_empty for one in self.heatmaps])

    @property
    def used_cells(self) -> NDArray[np.float32]:
        """Evidence in each cell that has a way to the answer, shape (N, cells, 1): the others have none in any map."""
        place = self.heatmaps[0].place
        values = np.stack([one.values for one in self.heatmaps])
        used = np.ones(values.shape[1:], bool) if place is None else place.used
        return values[:, used][..., None]


def ask_maps(
    network: Network,
    question: Question,
    classes: NDArray[np.int64] | None = None,
    told: Callable[[], None] = lambda: None,
) -> AskedMaps:
    """Ask for the maps of all pictures of a question.

    Parameters
    ----------
    network : Network
        Answers.
    question : Question
        What is asked; at least one picture.
    classes : ndarray of int64, shape (N,), optional
        The class that is explained of each picture; else what the question says of all.
    told : callable
        Called between two questions, where it takes several; what it raises ends the work.

    Raises
    ------
    ExplainError
        The network has no maps, or cannot be asked.
    """
    said: list[Explanation | None] = [None] * len(question.pictures)
    at_once = FEW if get_method(question.method).one_by_one else len(said)
    groups = (
        [np.arange(len(said))]
        if classes is None
        else [np.flatnonzero(classes == one) for one in set(classes)]
    )
    for group in groups:
        wanted = question.class_index if classes is None else int(classes[group[0]])
        for start in range(0, len(group), at_once):
            if start:
                told()
            part = group[start : start + at_once]
            asked = replace(question, pictures=question.pictures[part], class_index=wanted)
            for place, one in zip(part.tolist(), network.explain(asked), strict=True):
                said[place] = one
    answers = [one for one in said if one is not None]
    heatmaps = tuple(one.heatmap for one in answers if one.heatmap is not None)
    if len(heatmaps) < len(answers):
        raise ExplainError(
            answers[0].no_heatmap_reason or "This network has no heat map. Choose another run."
        )
    height, width = question.pictures.shape[1:3]
    return AskedMaps(
        heatmaps,
        np.array([one.class_index for one in answers]),
        np.array([one.predicted for one in answers]),
        np.stack([spread_maps(one.values, place=one.place, height=height, width=width) for one in heatmaps]),
        answers[0].randomised,
    )
