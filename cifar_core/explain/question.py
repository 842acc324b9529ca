"""What a saved network is asked: the one type that pages, command line, explanation process and methods share."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.attack import Attack
from cifar_core.explain.methods.registry import DEFAULT_METHOD
from cifar_core.explain.scores import Score


@dataclass(frozen=True, eq=False)
class Question:
    """Where a network looked in pictures, as a question to the explanation process.

    Attributes
    ----------
    model : Path
        Which network: a ``model.keras``.
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures, 0 to 255, exactly as the network is to see them.
    class_index : int, tuple of int or None
        The class that is explained, or one for each picture; ``None`` for what each picture is predicted to be.
    layer : str or None
        Where to look; ``None`` for the usual one (:func:`cifar_core.explain.layers.default_cam_layer`); of
        several, with commas between them, the mean of their maps (:mod:`cifar_core.explain.fused`).
    method : str
        How: an id of :data:`cifar_core.explain.methods.registry.METHODS`.
    score : {"logit", "margin", "log_probability"}
        What is scored of the class.
    against : int or None
        With a margin, the other class; ``None`` for the most probable one of the others.
    randomised : int
        How many of the uppermost layers with weights forget first what they learnt: a map that does not change then
        does not show what the network knows (:mod:`cifar_core.explain.faithfulness.randomised`).
    attack : Attack or None
        How the pictures are changed before they are explained, so that the network doubts what it says of them.
    """

    model: Path
    pictures: NDArray[np.uint8]
    class_index: int | tuple[int, ...] | None = None
    layer: str | None = None
    method: str = DEFAULT_METHOD
    score: Score = "logit"
    against: int | None = None
    randomised: int = 0
    attack: Attack | None = None
