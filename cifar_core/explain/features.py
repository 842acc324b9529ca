"""Asking a network for its last features of every picture: in the explanation process, some pictures at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import SPLIT_NAMES, Dataset, SplitName
from cifar_core.maps.background import Told
from cifar_core.maps.features import RunFeatures
from cifar_core.runs.run import Run

AT_ONCE = 200
"""Few enough that somebody who wants a picture explained meanwhile waits for a second or some."""


class GivesFeatures(Protocol):
    """What is asked: :class:`cifar_core.explain.process.service.InferenceService`, or a stand-in of a test."""

    def features(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the last features of pictures.

        Parameters
        ----------
        model_path : Path
            A ``model.keras``.
        images : ndarray of uint8, shape (N, 32, 32, 3)
            RGB pictures.
        """


def compute_features(
    run: Run, dataset: Dataset, split: SplitName, service: GivesFeatures, cache_dir: Path, told: Told
) -> None:
    """Compute the last features of a run for all pictures of a split and keep them, unless they are there.

    Parameters
    ----------
    run : Run
        Whose network is asked.
    dataset : Dataset
        Whose pictures.
    split : {"train", "test"}
        Which of them.
    service : GivesFeatures
        Asks the network.
    cache_dir : Path
        ``Settings.cache_dir``.
    told : callable
        Told what is being done, and how much of it is.

    Raises
    ------
    RunError
        The run has no weights, or the features cannot be written.
    ExplainError
        The network cannot be opened, or gave no answer.
    """
    features = RunFeatures(run, dataset, split, cache_dir)
    if features.stored() is not None:
        return
    images = dataset.split(split).images
    doing = f"Features of the {SPLIT_NAMES[split]} pictures"

    def parts() -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(images), AT_ONCE):
            told(doing, start / len(images))
            yield service.features(run.paths.model, images[start : start + AT_ONCE])

    features.keep(parts())
