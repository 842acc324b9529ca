"""The parts of a picture set that tell runs apart."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.picture_sets.expression import Word
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.counts import counted


@dataclass(frozen=True)
class SetLink:
    """A picture set that a page offers.

    Attributes
    ----------
    words : str
        What its pictures are.
    expression : str
        What chooses them.
    count : int
        How many they are.
    """

    words: str
    expression: str
    count: int

    @property
    def label(self) -> str:
        """In words with the number: ``"both wrong: 12 pictures"``."""
        return f"{self.words}: {counted(self.count, 'picture')}"


def sets_by_runs(
    labels: Mapping[str, str], right: NDArray[np.bool_], within: str | None
) -> tuple[SetLink, ...]:
    """Offer the pictures that one run alone gets right, and those that all get wrong; of one run, its mistakes.

    Parameters
    ----------
    labels : mapping of str to str
        What each run is called, by its id.
    right : ndarray of bool, shape (runs, pictures)
        Whether a run got a picture right; both in the order of the runs, the pictures those of ``within``.
    within : str or None
        Expression of the set of which these are parts, which keep its order; ``None`` for all test pictures.
    """
    ids = [str(Word(one)) for one in labels]
    if len(ids) == 1:
        found = [("got wrong", f"wrong({ids[0]})", ~right[0])]
    else:
        found = [
            (
                f"only {label} right",
                f"only({', '.join([ids[number], *ids[:number], *ids[number + 1 :]])})",
                right[number] & (right.sum(axis=0) == 1),
            )
            for number, label in enumerate(labels.values())
        ]
        everyone = "both" if len(ids) == 2 else f"all {len(ids)}"
        found.append((f"{everyone} wrong", f"all_wrong({', '.join(ids)})", ~right.any(axis=0)))
    before = f"({within}) and " if within else ""
    return tuple(
        SetLink(words, before + expression, int(mask.sum()))
        for words, expression, mask in found
        if mask.any()
    )


def parts_of_set(shown: SetOnScreen) -> tuple[SetLink, ...]:
    """Offer the parts of a set that tell the runs apart which it names; none that is the whole set.

    Parameters
    ----------
    shown : SetOnScreen
        The set; its test pictures count.
    """
    said, indices = shown.pictures.said, shown.indices("test")
    if not said or not len(indices):
        return ()
    labels = {one.run.id: shown.labels.get(one.run.id, one.run.id) for one in said}
    right = np.stack([one.predictions.correct[indices] for one in said])
    return tuple(link for link in sets_by_runs(labels, right, shown.text) if link.count < len(indices))
