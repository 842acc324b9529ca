"""How faithful the maps of one network are: asked picture by picture, beside maps that know nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from cifar_core.errors import ExplainError
from cifar_core.evaluation.means import Mean
from cifar_core.explain.faithfulness.asking import AskedMaps, Network, Told, ask_maps
from cifar_core.explain.faithfulness.baselines import BASELINES, Maps
from cifar_core.explain.faithfulness.scores import BETTER, MapScores, Measure, score_maps
from cifar_core.explain.question import Question

AT_ONCE = 20
"""Pictures; a map of each is 50 changed ones, which a network answers in a second or some."""


@dataclass(frozen=True, eq=False)
class MethodStudy:
    """One method's maps on some pictures, and what maps that know nothing get on the same ones.

    Attributes
    ----------
    method : str
        Id of the method.
    layer : str or None
        Where the maps were computed; ``None`` for the pixels themselves.
    cells : (int, int)
        How many they have.
    empty : int
        How many pictures had no positive evidence, so that their map is a random order.
    scores : MapScores
        Of the maps.
    baselines : mapping of str to MapScores
        By the names of :data:`~cifar_core.explain.faithfulness.baselines.BASELINES`.
    """

    method: str
    layer: str | None
    cells: tuple[int, int]
    empty: int
    scores: MapScores
    baselines: dict[str, MapScores]

    def mean(self, measure: Measure, baseline: str | None = None) -> Mean:
        """Return the mean of a measure over the pictures.

        Parameters
        ----------
        measure : {"deletion", "insertion", "road", "drop"}
            Which one.
        baseline : str, optional
            Of these maps; else of the method's.
        """
        return Mean.of((self.scores if baseline is None else self.baselines[baseline]).of(measure))

    def gain(self, measure: Measure, baseline: str) -> Mean:
        """Return by how much the maps are better than those that know nothing, picture by picture (paired).

        Parameters
        ----------
        measure : {"deletion", "insertion", "road", "drop"}
            Which one.
        baseline : str
            Which maps they are compared with.

        Returns
        -------
        Mean
            Above 0 where they are better, whether the measure should be high or low.
        """
        return Mean.of(BETTER[measure] * (self.scores.of(measure) - self.baselines[baseline].of(measure)))

    def beats_all(self, measure: Measure) -> bool:
        """Whether the 95% interval of the gain lies above 0 for each of the baselines."""
        return all(self.gain(measure, baseline).sign > 0 for baseline in self.baselines)


def known_methods(network: Network, question: Question, methods: Sequence[str]) -> list[str]:
    """Return those of some methods that a network can be explained by; where one takes another's place, once.

    Parameters
    ----------
    network : Network
        Answers.
    question : Question
        Its first picture is asked about.
    methods : sequence of str
        Ids of methods, at least one.

    Raises
    ------
    ExplainError
        None of them can.
    """
    found: dict[str, None] = {}
    problem = None
    for method in methods:
        try:
            asked = ask_maps(network, replace(question, pictures=question.pictures[:1], method=method))
            found[asked.method] = None
        except ExplainError as none:
            problem = none
    if problem is not None and not found:
        raise problem
    return list(found)


def study_methods(
    network: Network,
    question: Question,
    methods: Sequence[str],
    told: Told,
    seed: int = 0,
) -> tuple[MethodStudy, ...]:
    """Measure how faithful the maps of some methods are.

    Parameters
    ----------
    network : Network
        Answers the questions.
    question : Question
        Which pictures, which network, layer and score; its method is not looked at. Of each picture the class is
        explained that it is predicted to be, unless the question says another.
    methods : sequence of str
        Ids of methods; those that are none for this network are left out.
    told : callable
        Told how far it is.
    seed : int
        Of all that is left to chance: the same numbers come again.

    Raises
    ------
    ExplainError
        There are no pictures, or the network has no maps or cannot be asked.
    """
    count = len(question.pictures)
    if not count:
        raise ExplainError("There is no picture to measure on.")
    methods = known_methods(network, question, methods)
    rounds = [question.pictures[start : start + AT_ONCE] for start in range(0, count, AT_ONCE)]
    jobs, done = len(rounds) * (len(methods) + len(BASELINES)), 0
    by_method: dict[str, list[MapScores]] = {method: [] for method in methods}
    by_baseline: dict[str, list[MapScores]] = {name: [] for name in BASELINES}
    empty = dict.fromkeys(methods, 0)
    asked: dict[str, AskedMaps] = {}
    for number, pictures in enumerate(rounds):
        finding = partial(told, "Finding the maps", done / jobs)
        asked = {
            method: ask_maps(network, replace(question, pictures=pictures, method=method), told=finding)
            for method in methods
        }
        classes = asked[methods[0]].classes
        shape = (len(pictures), *pictures.shape[1:3])
        # Chance has a number of its own for each kind of map: a method gets the same beside whatever others are asked.
        known_nothing = {
            name: baseline(shape, np.random.default_rng([seed, number, kind]))
            for kind, (name, baseline) in enumerate(BASELINES.items())
        }
        maps: list[tuple[list[MapScores], Maps]] = [
            (by_method[method], asked[method].maps) for method in methods
        ]
        maps += [(by_baseline[name], heat) for name, heat in known_nothing.items()]
        for scores, heat in maps:
            told("Taking away what the maps mark", done / jobs)
            rng = np.random.default_rng([seed, number, len(BASELINES)])
            scores.append(score_maps(pictures, heat, classes, partial(network.predict, question.model), rng))
            done += 1
        for method in methods:
            empty[method] += int(asked[method].empty.sum())
    baselines = {name: MapScores.joined(parts) for name, parts in by_baseline.items()}
    return tuple(
        MethodStudy(
            method,
            asked[method].layer,
            asked[method].cells,
            empty[method],
            MapScores.joined(parts),
            baselines,
        )
        for method, parts in by_method.items()
    )
