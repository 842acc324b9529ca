"""Whether a map depends on what the network has learnt: sanity check and stability."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cifar_core.evaluation.means import Mean
from cifar_core.explain.faithfulness.asking import AskedMaps, Network, Told, ask_maps
from cifar_core.explain.faithfulness.similarity import rank_correlations
from cifar_core.explain.question import Question

EVERY_LAYER = 1_000_000

CHECKED = 50
"""Pictures are enough to see whether maps change, and each is asked about at every stage."""

STAGES = 8
"""Where a network has more layers with weights, some are randomised together from one stage to the next."""

TINY_NOISE = 2.0
"""Standard deviation, of 255: nobody sees it."""


@dataclass(frozen=True)
class Likeness:
    """How alike the maps are to those of the network and pictures as they were.

    Attributes
    ----------
    layers : tuple of str
        The layers that were randomised, the uppermost first; empty for noise in the pictures.
    correlation : Mean or None
        Of Spearman's rank correlation of a map's cells, over the pictures that have one; ``None`` where none has.
    without : int
        Pictures without one: a map that is the same everywhere has no order.
    """

    layers: tuple[str, ...]
    correlation: Mean | None
    without: int

    @classmethod
    def of(cls, before: AskedMaps, after: AskedMaps) -> "Likeness":
        """Compare the maps of the same pictures.

        Parameters
        ----------
        before, after : AskedMaps
            By one method, of maps of the same size.
        """
        found = rank_correlations(before.used_cells, after.used_cells)
        known = found[~np.isnan(found)]
        return cls(after.randomised, Mean.of(known) if len(known) else None, len(found) - len(known))


def stages_of(layers: int, most: int = STAGES) -> tuple[int, ...]:
    """Return how many layers are randomised at each stage, from one to all of them.

    Parameters
    ----------
    layers : int
        With weights.
    most : int
        Stages, ``>= 1``; the last is always all layers.

    Examples
    --------
    >>> stages_of(3), stages_of(20, 4)
    ((1, 2, 3), (1, 7, 14, 20))
    """
    if most == 1:
        return (layers,)
    return tuple(sorted(set(np.rint(np.linspace(1, layers, min(most, layers))).astype(int).tolist())))


def check_sanity(
    network: Network, question: Question, methods: Sequence[str], told: Told, most: int = STAGES
) -> dict[str, list[Likeness]]:
    """Let a network forget what it learnt, layer by layer from the top, and see whether its maps change.

    A map that stays as it was shows edges and bright places, and not what the network knows.

    Parameters
    ----------
    network : Network
        Answers.
    question : Question
        Which network and layer, and which pictures: the first :data:`CHECKED` of them are taken.
    methods : sequence of str
        Ids of methods, each of which is one for this network.
    told : callable
        Told how far it is.
    most : int
        Stages at most; 0 for none.

    Returns
    -------
    dict of str to list of Likeness
        Of each method, after each stage. The class that is explained stays the one that the trained network says.

    References
    ----------
    J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018, arXiv:1810.03292.
    """
    if not most:
        return {method: [] for method in methods}
    question = replace(question, pictures=question.pictures[:CHECKED])
    before = {method: ask_maps(network, replace(question, method=method)) for method in methods}
    one = replace(question, pictures=question.pictures[:1], method=methods[0], randomised=EVERY_LAYER)
    stages = stages_of(len(ask_maps(network, one).randomised), most)
    found: dict[str, list[Likeness]] = {method: [] for method in methods}
    for number, count in enumerate(
        stages
    ):  # All methods at each stage: the network is loaded anew for every one.
        for place, method in enumerate(methods):
            told("Randomising layers from the top", (number + place / len(methods)) / len(stages))
            forgetful = replace(question, method=method, randomised=count)
            after = ask_maps(network, forgetful, before[method].classes)
            found[method].append(Likeness.of(before[method], after))
    return found


def check_stability(network: Network, question: Question, seed: int = 0) -> Likeness:
    """Add noise to the pictures that nobody sees, and see whether the maps change.

    Parameters
    ----------
    network : Network
        Answers.
    question : Question
        Which network and method, and which pictures: the first :data:`CHECKED` of them are taken.
    seed : int
        Of the noise.
    """
    question = replace(question, pictures=question.pictures[:CHECKED])
    before = ask_maps(network, question)
    noisy = add_noise(question.pictures, np.random.default_rng(seed))
    return Likeness.of(before, ask_maps(network, replace(question, pictures=noisy), before.classes))


def add_noise(
    pictures: NDArray[np.uint8], rng: np.random.Generator, deviation: float = TINY_NOISE
) -> NDArray[np.uint8]:
    """Add Gaussian noise to pictures.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (N, H, W, 3)
        RGB pictures.
    rng : numpy.random.Generator
        Where it comes from.
    deviation : float
        Standard deviation, of 255.
    """
    noisy = pictures + deviation * rng.standard_normal(pictures.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
