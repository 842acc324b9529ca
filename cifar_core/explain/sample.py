"""Some pictures of a set, drawn by chance where it has more than there is time for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.errors import ConfigError, ExplainError
from cifar_core.picture_sets.evaluate import PictureSet
from cifar_core.picture_sets.universe import SPLITS

MOST_PICTURES = 500
"""A study takes each picture of them some hundred times through a network."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Pictures that a study is made on.

    Attributes
    ----------
    text : str
        The set that they were drawn from.
    of : int
        How many pictures that has.
    pictures : ndarray of uint8, shape (n, 32, 32, 3)
        RGB pictures.
    labels : ndarray of int64, shape (n,)
        True classes.
    """

    text: str
    of: int
    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pictures)


def draw_sample(chosen: PictureSet, count: int, seed: int = 0) -> Sample:
    """Draw pictures of a set by chance, without one twice; all of them where it has no more.

    Parameters
    ----------
    chosen : PictureSet
        The set, whose pictures are on this machine.
    count : int
        How many, 1 to 500.
    seed : int
        The same draws the same pictures.

    Raises
    ------
    ConfigError
        The count is not possible.
    ExplainError
        The set is empty.
    RunError
        The pictures are not on this machine.
    """
    if not 1 <= count <= MOST_PICTURES:
        raise ConfigError(f"A study is made on 1 to {MOST_PICTURES} pictures, not {count}.")
    dataset = chosen.universe.with_pictures()
    if not len(chosen):
        raise ExplainError(f"There is no picture in {chosen.text}, so there is nothing to measure on.")
    members = [(split, number) for split in SPLITS for number in np.sort(chosen.of_split(split)).tolist()]
    drawn = np.sort(np.random.default_rng(seed).permutation(len(members))[:count])
    found = [members[place] for place in drawn.tolist()]
    return Sample(
        chosen.text,
        len(members),
        np.stack([dataset.split(split).images[number] for split, number in found]),
        np.array([dataset.split(split).labels[number] for split, number in found], np.int64),
    )
