"""What the dashboard and the explanation process say to each other."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.inside.seen import InsideRequest, PeaksRequest
from cifar_core.explain.question import Question


@dataclass(frozen=True)
class Ready:
    """The process has imported everything it needs."""


@dataclass(frozen=True)
class PredictRequest:
    """Ask for the logits of pictures, uint8 (N, 32, 32, 3)."""

    model: Path
    pictures: NDArray[np.uint8]


@dataclass(frozen=True)
class FeaturesRequest:
    """Ask for the last features of pictures, uint8 (N, 32, 32, 3)."""

    model: Path
    pictures: NDArray[np.uint8]


@dataclass(frozen=True)
class Progress:
    """Which share of a question is answered, 0 to 1; any number of these come before the answer."""

    share: float


@dataclass(frozen=True)
class Stop:
    """Nobody waits for the answer any more. It is followed by no answer of its own: there is one to the question."""


@dataclass(frozen=True)
class Failure:
    """A problem that the user can act on, as a sentence."""

    message: str


Request = PredictRequest | FeaturesRequest | Question | InsideRequest | PeaksRequest
"""Each has one answer. A question is answered by an explanation of each picture."""
