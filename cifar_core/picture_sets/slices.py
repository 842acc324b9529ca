"""Where is a network worst? Slices of the test pictures, found on one half of them and judged on the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.attributes import ATTRIBUTES
from cifar_core.data.duplicates import NEAR_DUPLICATE_COUNT
from cifar_core.evaluation.holm import confidence_of_each, holm
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.picture_sets.expression import Word
from cifar_core.picture_sets.read import Range
from cifar_core.picture_sets.universe import Said, Universe

QUANTILES = 4
"""Parts into which an attribute is divided, equally many pictures in each."""

FEWEST = 20
"""Pictures that a slice must have in each half."""

MOST = 0.9
"""Share of all pictures, or of a class, that a slice of it may hold: with more it is the same again."""

REPORTED = 10

SEED = 0
"""Of the division into halves: the same pictures for everybody."""


@dataclass(frozen=True)
class Slice:
    """Pictures that have something in common, and how often a network is right on them.

    All numbers are of the half of the pictures on which it was not found.

    Attributes
    ----------
    expression : str
        What chooses its pictures, of the whole test split.
    count, right : int
        Pictures, and those that the network got right.
    rest_count, rest_right : int
        The same of all other pictures.
    p_value : float
        How often a slice chosen without looking would be that bad or worse, if the network were as good there as
        elsewhere; corrected for the number of slices that are reported (Holm).
    """

    expression: str
    count: int
    right: int
    rest_count: int
    rest_right: int
    p_value: float

    @property
    def accuracy(self) -> float:
        """Share that the network got right."""
        return self.right / self.count

    def interval(self, together: int = 1) -> Interval:
        """Return the interval of the accuracy (Wilson) that holds with 95%, at once with those of other slices.

        Parameters
        ----------
        together : int
            How many slices are looked at together, at least 1.
        """
        return wilson_interval(self.right, self.count, confidence=confidence_of_each(together))

    @property
    def rest_accuracy(self) -> float:
        """Accuracy on all other pictures."""
        return self.rest_right / self.rest_count


def worst_slices(universe: Universe, said: Said, *, reported: int = REPORTED) -> tuple[Slice, ...]:
    """Find the slices on which a network is worst, and judge them on pictures that had no part in the finding.

    Candidates are each class, each quarter of each attribute, pictures with and without near-duplicates (where
    those were searched for already), and each class within each of these, unless that is nearly all of it. On one
    half of the test pictures, drawn at random, those are found whose accuracy lies most standard errors below that
    of the rest; their numbers come from the other half. Whoever looks at hundreds of slices and reports the worst
    of them on the same pictures finds one in any network.

    Parameters
    ----------
    universe : Universe
        With its pictures: attributes are measured on them.
    said : Said
        What the network said of the test pictures.
    reported : int
        How many, at most.

    Returns
    -------
    tuple of Slice
        In the order of the finding, the worst first; none where the test split is too small.

    Raises
    ------
    RunError
        The pictures are not here.

    References
    ----------
    Fisher's exact test, one-sided. The correction: S. Holm, "A simple sequentially rejective multiple test procedure",
    Scandinavian Journal of Statistics 6 (1979), https://www.jstor.org/stable/4615733.
    """
    correct = said.predictions.correct
    finding = np.random.default_rng(SEED).permutation(len(correct)) < len(correct) // 2
    found: list[tuple[float, str, NDArray[np.bool_]]] = []
    for expression, mask in _candidates(universe):
        here = mask & finding
        if here.sum() >= FEWEST and (mask & ~finding).sum() >= FEWEST and not mask.all():
            found.append((_standard_errors(correct, here, finding & ~mask), expression, mask))
    found.sort(key=lambda one: one[0])
    counted = [
        (expression, mask & ~finding, ~mask & ~finding)
        for worse, expression, mask in found[:reported]
        if worse < 0
    ]
    p_values = holm([_chance_of_so_few(correct, here, rest) for _, here, rest in counted])
    return tuple(
        Slice(
            expression,
            count=int(here.sum()),
            right=int(correct[here].sum()),
            rest_count=int(rest.sum()),
            rest_right=int(correct[rest].sum()),
            p_value=p_value,
        )
        for (expression, here, rest), p_value in zip(counted, p_values, strict=True)
    )


def _candidates(universe: Universe) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield the expression of each slice and which test pictures are in it, shape (T,)."""
    labels = universe.test_labels
    classes = [(f"class({Word(name)})", labels == number) for number, name in enumerate(universe.class_names)]
    yield from classes
    every = ("", np.ones(len(labels), np.bool_))
    for text, mask in _by_attribute(universe):
        for whole, inside in (every, *classes):
            part = mask & inside
            if part.sum() <= MOST * inside.sum():
                yield f"{whole} and {text}" if whole else text, part


def _by_attribute(universe: Universe) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    for name in (row.name for row in ATTRIBUTES.values() if row.sliced):
        yield from _quarters(name, universe.attribute(name, "test"))
    if universe.duplicates_known:  # Nobody waits half a minute for two more.
        others = universe.attribute(NEAR_DUPLICATE_COUNT, "test")
        yield f"{NEAR_DUPLICATE_COUNT}(0)", others == 0
        yield f"{NEAR_DUPLICATE_COUNT}(1..)", others > 0


def _quarters(name: str, values: NDArray[np.float32]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    if not len(values):
        return
    ends = [short(end) for end in np.quantile(values, np.arange(1, QUANTILES) / QUANTILES).tolist()]
    for low, high in zip(["", *ends], [*ends, ""], strict=True):
        wanted = Range(float(low or -np.inf), float(high or np.inf))
        yield f"{name}({low}..{high})", wanted.of(values)


def short(number: float) -> str:
    """Write a number with four digits that tell: the end of a quarter is to be read by people.

    Examples
    --------
    >>> [short(number) for number in (0.171050, 38.876508, 1354.7056, -18.455269, 0.0, 23456.7)]
    ['0.1711', '38.88', '1355', '-18.46', '0', '23457']
    """
    if not number:
        return "0"
    return f"{number:.{max(0, 3 - floor(log10(abs(number))))}f}"


def _standard_errors(correct: NDArray[np.bool_], here: NDArray[np.bool_], rest: NDArray[np.bool_]) -> float:
    """Return by how many standard errors the accuracy here lies above that of the rest."""
    both = here | rest
    pooled = correct[both].mean()
    error = np.sqrt(pooled * (1 - pooled) * (1 / here.sum() + 1 / rest.sum()))
    return float((correct[here].mean() - correct[rest].mean()) / error) if error > 0 else 0.0


def _chance_of_so_few(correct: NDArray[np.bool_], here: NDArray[np.bool_], rest: NDArray[np.bool_]) -> float:
    """Return the probability that so many pictures, drawn from both, hold as few right ones as here, or fewer."""
    from scipy.stats import hypergeom  # takes a second to import

    both = here | rest
    right, count = int(correct[here].sum()), int(here.sum())
    return float(hypergeom.cdf(right, int(both.sum()), int(correct[both].sum()), count))
