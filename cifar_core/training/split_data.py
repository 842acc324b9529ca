"""The data set of a run, opened, and its training pictures divided: some to learn from, some held out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.data.splits import divide
from cifar_core.data.trainable import check_trainable
from cifar_core.recipes.config import TrainingConfig
from cifar_core.settings import Settings


@dataclass(frozen=True)
class SplitData:
    """A data set with its training split divided in two.

    Attributes
    ----------
    dataset : Dataset
        Both its splits, whole.
    training : ndarray of int64, shape (n,)
        Positions in ``dataset.train`` of the pictures that are learned from.
    validation : ndarray of int64, shape (m,)
        Positions in ``dataset.train`` of the pictures that are held out.
    """

    dataset: Dataset
    training: NDArray[np.int64]
    validation: NDArray[np.int64]


def open_and_split(config: TrainingConfig, settings: Settings) -> SplitData:
    """Open the data set of a run and divide its training pictures, the same way for one seed.

    Parameters
    ----------
    config : TrainingConfig
        Names the data set, the share that is held out, and the share of the rest that is used.
    settings : Settings
        Where the data is.

    Raises
    ------
    CifarLabError
        The data set is not there, cannot be read, or no network can be trained on it.
    """
    dataset = open_dataset(config.data, settings)
    labels = dataset.train.labels
    check_trainable(dataset, config)
    training, validation = divide(
        labels,
        validation_fraction=config.validation_fraction,
        training_share=config.training_share,
        seed=config.seed,
    )
    return SplitData(dataset, training, validation)
