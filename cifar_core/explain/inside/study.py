"""Looking through a set of pictures for those that excite the channels of a layer most."""

from pathlib import Path
from typing import Protocol

import numpy as np

from cifar_core.errors import ConfigError, ExplainError
from cifar_core.explain.inside.seen import Peaks, PeaksRequest
from cifar_core.explain.inside.strongest import Excited
from cifar_core.maps.background import Told
from cifar_core.picture_sets.evaluate import PictureSet
from cifar_core.picture_sets.universe import SPLITS

MOST_PICTURES = 2000
"""Looked through at most: a small network takes some seconds for them, a large one a minute."""

KEPT = 24
"""Of each channel."""

_AT_ONCE = 200  # so few that somebody who wants a picture explained meanwhile does not wait long


class GivesPeaks(Protocol):
    """What is asked: :class:`cifar_core.explain.process.service.InferenceService`, or a stand-in of a test."""

    def peaks(self, request: PeaksRequest) -> Peaks:
        """Find the highest value of each channel in each picture, and where."""


def find_exciting(
    service: GivesPeaks,
    model: Path,
    layer: str,
    chosen: PictureSet,
    told: Told = lambda doing, share: None,
    most: int = MOST_PICTURES,
) -> Excited:
    """Find the pictures of a set that excite each channel of a layer most, by its highest value in a picture.

    Parameters
    ----------
    service : GivesPeaks
        Asks the network.
    model : Path
        Which network: a ``model.keras``.
    layer : str
        Which of its layers.
    chosen : PictureSet
        The set, whose pictures are on this machine; of more than ``most`` some are drawn by chance, always the same.
    told : callable
        Told what is being done, and how much of it is; what it raises ends the work.
    most : int
        So many pictures are looked at, 1 to 2,000.

    Raises
    ------
    ConfigError
        The number of pictures is not possible.
    ExplainError
        The set is empty, or the network cannot be opened or has no such layer.
    RunError
        The pictures are not on this machine.
    """
    if not 1 <= most <= MOST_PICTURES:
        raise ConfigError(f"1 to {MOST_PICTURES:,} pictures are looked through, not {most}.")
    dataset = chosen.universe.with_pictures()
    every = [(split, number) for split in SPLITS for number in np.sort(chosen.of_split(split)).tolist()]
    if not every:
        raise ExplainError(f"There is no picture in {chosen.text}.")
    drawn = np.sort(np.random.default_rng(0).permutation(len(every))[:most])
    members = tuple(every[place] for place in drawn.tolist())
    peaks = []
    for at in range(0, len(members), _AT_ONCE):
        told("Looking through the pictures", at / len(members))
        part = members[at : at + _AT_ONCE]
        pictures = np.stack([dataset.split(split).images[number] for split, number in part])
        peaks.append(service.peaks(PeaksRequest(model, pictures, layer)))
    return Excited.of_peaks(peaks, members, len(every), KEPT)
