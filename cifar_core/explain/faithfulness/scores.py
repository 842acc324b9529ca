"""How faithful maps are: what each measure gives for each picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.softmax import softmax
from cifar_core.explain.faithfulness.ranks import rank_pixels
from cifar_core.explain.faithfulness.road import without_least, without_most
from cifar_core.explain.faithfulness.steps import STEPS, area_under, blurred, go_over, mean_colours

Logits = Callable[[NDArray[np.uint8]], NDArray[np.floating]]
"""Asks a network: of pictures (N, H, W, 3) its logits (N, classes)."""

Measure = Literal["deletion", "insertion", "road", "drop"]
MEASURES: tuple[Measure, ...] = get_args(Measure)

BETTER: dict[Measure, int] = {"deletion": -1, "insertion": 1, "road": 1, "drop": 1}
"""1 where a faithful map has a high value, −1 where it has a low one."""

DROP_AT = 0.25
"""Share of the pixels that are deleted for the fall of the logit."""


@dataclass(frozen=True, eq=False)
class MapScores:
    """What was measured on the maps of N pictures; probability and logit are those of the class that is explained.

    Attributes
    ----------
    deletion : ndarray of float64, shape (N,)
        Area under the probability while the pixels of most heat go over to the picture's mean colour. Low is good.
    insertion : ndarray of float64, shape (N,)
        Area under the probability while they come into a blurred picture. High is good.
    road : ndarray of float64, shape (N,)
        Probability without the least heat minus that without the most, both filled from their neighbours; mean of
        10, 20, … 90% of the pixels. High is good, 0 is what a map gives that knows nothing.
    drop : ndarray of float64, shape (N,)
        By how much the logit falls when the quarter of most heat is deleted. High is good.
    deletion_curve, insertion_curve : ndarray of float64, shape (N, steps + 1)
        The probabilities that the areas lie under.
    most_first, least_first : ndarray of float64, shape (N, 9)
        The probabilities of ROAD.
    """

    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]
    road: NDArray[np.float64]
    drop: NDArray[np.float64]
    deletion_curve: NDArray[np.float64]
    insertion_curve: NDArray[np.float64]
    most_first: NDArray[np.float64]
    least_first: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.deletion)

    def of(self, measure: Measure) -> NDArray[np.float64]:
        """Return one measure of every picture, shape (N,)."""
        values: NDArray[np.float64] = getattr(self, measure)
        return values

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put those of several groups of pictures together; at least one."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def score_maps(
    pictures: NDArray[np.uint8],
    maps: NDArray[np.float32],
    classes: NDArray[np.int64],
    logits_of: Logits,
    rng: np.random.Generator,
    steps: int = STEPS,
) -> MapScores:
    """Take away from pictures what maps mark, and see what the network says then.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures, at least one.
    maps : ndarray of float32, shape (N, H, W)
        Heat at each pixel.
    classes : ndarray of int64, shape (N,)
        The class that each map explains.
    logits_of : callable
        Asks the network.
    rng : numpy.random.Generator
        Decides between pixels of equal heat, and gives the noise of ROAD.
    steps : int
        Of deletion and insertion, a multiple of 4.

    Raises
    ------
    ValueError
        The steps do not hit :data:`DROP_AT`.
    """
    quarter = DROP_AT * steps
    if steps < 1 or quarter != round(quarter):
        raise ValueError(f"steps must be a multiple of 4, not {steps}")
    ranks = rank_pixels(maps, rng)

    def said(changed: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return logits and probabilities of the classes, shape (N, k), for pictures (N, k, H, W, 3)."""
        logits = np.asarray(logits_of(changed.reshape(-1, *pictures.shape[1:])), np.float64)
        logits = logits.reshape(*changed.shape[:2], -1)
        probabilities = softmax(logits)
        chosen = classes[:, None, None]
        return tuple(np.take_along_axis(one, chosen, axis=2)[..., 0] for one in (logits, probabilities))  # type: ignore[return-value]

    logits, deleted = said(go_over(pictures, mean_colours(pictures), ranks, steps))
    _, inserted = said(go_over(blurred(pictures), pictures, ranks, steps))
    _, most_first = said(without_most(pictures, ranks, rng))
    _, least_first = said(without_least(pictures, ranks, rng))
    return MapScores(
        deletion=area_under(deleted),
        insertion=area_under(inserted),
        road=np.asarray((least_first - most_first).mean(axis=1)),
        drop=logits[:, 0] - logits[:, round(quarter)],
        deletion_curve=deleted,
        insertion_curve=inserted,
        most_first=most_first,
        least_first=least_first,
    )
