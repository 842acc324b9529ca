"""Where a network looks over many pictures, and whether what its maps call background can be another one."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ExplainError
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.evaluation.means import Mean, difference_of_means
from cifar_core.explain.faithfulness.asking import Network, Told, ask_maps
from cifar_core.explain.question import Question
from cifar_core.explain.surroundings.heat import centre_shares, even_share, mean_map, share_seen
from cifar_core.explain.surroundings.swap import HALVES, Half, partners, replace_halves

AT_ONCE = 20


@dataclass(frozen=True)
class Changed:
    """In how many pictures the answer became another one.

    Attributes
    ----------
    count, of : int
        So many of so many.
    """

    count: int
    of: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.count / self.of

    @property
    def interval(self) -> Interval:
        """Its 95% interval, by Wilson."""
        return wilson_interval(self.count, self.of)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What was found.

    Attributes
    ----------
    method, layer : str
        By which method, and where; the layer is ``None`` for the pixels themselves.
    cells : (int, int)
        Rows and columns of a map.
    pictures, empty : int
        How many there are, and how many of them have no positive evidence: these count in the counter-test alone,
        where their halves are random.
    mean_map : ndarray of float64, shape (H, W)
        1 is even heat.
    centre : Mean or None
        How much of its heat a map has in the middle; ``None`` where no map has heat.
    even : float
        What a map of this network has there whose cells all have the same heat.
    seen : float or None
        How much of the picture a cell sees.
    right, wrong : Mean or None
        The same of pictures that the network got right, and of the others; ``None`` where there are none.
    right_minus_wrong : Interval or None
        95% interval of the difference, by Welch; ``None`` where one side has fewer than two pictures.
    changed : dict of str to Changed
        In how many pictures the answer is another one once a half is replaced; empty for a single picture.
    background_minus_random : Mean or None
        Difference of these shares, paired.
    """

    method: str
    layer: str | None
    cells: tuple[int, int]
    pictures: int
    empty: int
    mean_map: NDArray[np.float64]
    centre: Mean | None
    even: float
    seen: float | None
    right: Mean | None
    wrong: Mean | None
    right_minus_wrong: Interval | None
    changed: dict[Half, Changed]
    background_minus_random: Mean | None


def study_surroundings(
    network: Network, question: Question, labels: NDArray[np.int64], told: Told, seed: int = 0
) -> Surroundings:
    """Ask a network for its maps of many pictures, and again with halves of them replaced.

    Parameters
    ----------
    network : Network
        Answers.
    question : Question
        Which pictures, network, method and layer.
    labels : ndarray of int64, shape (N,)
        True classes.
    told : callable
        Told how far it is.
    seed : int
        Of all that is left to chance.

    Raises
    ------
    ExplainError
        There are no pictures, or the network has no maps or cannot be asked.
    """
    pictures = question.pictures
    count = len(pictures)
    if not count:
        raise ExplainError("There is no picture to look at.")
    rng = np.random.default_rng(seed)
    rounds, asked = ceil(count / AT_ONCE), []
    parts = [slice(start, start + AT_ONCE) for start in range(0, count, AT_ONCE)]
    for number, part in enumerate(parts):
        told("Looking where it looks", number / rounds)
        asked.append(ask_maps(network, replace(question, pictures=pictures[part])))
    first, maps = asked[0], np.concatenate([one.maps for one in asked])
    predicted = np.concatenate([one.predicted for one in asked])
    place = first.heatmaps[0].place
    changed: dict[Half, NDArray[np.bool_]] = {}
    if count > 1:
        halves = replace_halves(pictures, pictures[partners(count, rng)], maps, rng)
        for done, name in enumerate(HALVES):
            told("Replacing halves by those of other pictures", done / len(HALVES))
            logits = [network.predict(question.model, halves[name][part]) for part in parts]
            changed[name] = np.concatenate(logits).argmax(axis=1) != predicted
    shares = centre_shares(maps)
    warm, is_right = ~np.isnan(shares), predicted == labels
    right, wrong = shares[warm & is_right], shares[warm & ~is_right]
    apart = changed["background"].astype(float) - changed["random"] if changed else None
    return Surroundings(
        method=first.method,
        layer=first.layer,
        cells=first.cells,
        pictures=count,
        empty=int(sum(one.empty.sum() for one in asked)),
        mean_map=mean_map(maps),
        centre=_mean(shares[warm]),
        even=even_share(first.cells, place, *pictures.shape[1:3]),
        seen=share_seen(first.cells, place),
        right=_mean(right),
        wrong=_mean(wrong),
        right_minus_wrong=difference_of_means(right, wrong),
        changed={name: Changed(int(one.sum()), count) for name, one in changed.items()},
        background_minus_random=None if apart is None else Mean.of(apart).within(-1, 1),
    )


def _mean(values: NDArray[np.float64]) -> Mean | None:
    return Mean.of(values).within(0, 1) if len(values) else None
