"""Training pictures, a batch at a time, in an order that seed and epoch decide."""

import keras
import numpy as np
from numpy.typing import NDArray

from cifar_core.recipes.config import Augmentation
from cifar_core.training.augment import augment, choose_mirrored, mix


class TrainingBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Shuffled, augmented batches for ``keras.Model.fit``.

    Epoch ``e`` of seed ``s`` is the same sequence of batches on every machine: order and augmentation are drawn
    from generators seeded with (s, e) and (s, e, batch), so that nothing depends on what was computed before.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 32, 32, 3)
        May be a memory map of the whole split.
    labels : ndarray of int64, shape (N,)
        Class of each, ``0 <= label < classes``.
    classes : int
        How many classes: the width of the targets.
    positions : ndarray of int64
        Which rows are training pictures.
    batch_size : int
        The last batch of an epoch may be smaller.
    augmentation : Augmentation
        How the pictures are changed at random, anew in each epoch.
    seed : int
        0 or more; decides order and augmentation.
    first_epoch : int, optional
        Number of the first epoch, counted from 0.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 32, 32, 3)
        The training pictures.
    targets : ndarray of float32, shape (n, classes)
        Their classes, one-hot; where pictures are mixed, a batch has mixed ones.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        classes: int,
        positions: NDArray[np.int64],
        *,
        batch_size: int,
        augmentation: Augmentation,
        seed: int,
        first_epoch: int = 0,
    ) -> None:
        super().__init__()
        # Rows of a memory map taken in random order would be read from disk page by page; the copy is made once.
        self.images = images[positions]
        self.targets = one_hot(labels[positions], classes)
        self.batch_size = batch_size
        self.augmentation = augmentation
        self._seed = seed
        self._epoch = first_epoch
        self._first_mirrored = np.random.default_rng((seed, len(positions))).random(len(positions)) < 0.5
        self._order = self._shuffled()

    def __len__(self) -> int:
        return -(-len(self.targets) // self.batch_size)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        rows, mirrored, rng = self.chances(index)
        images = augment(self.images[rows], self.augmentation, rng, mirrored)
        return mix(images, self.targets[rows], self.augmentation, rng)

    def chances(self, index: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], np.random.Generator]:
        """Return a batch's rows among the training pictures, which are mirrored, and where all else is drawn from.

        Parameters
        ----------
        index : int
            Number of the batch in its epoch, counted from 0.

        Returns
        -------
        rows : ndarray of int64, shape (B,)
            Among :attr:`images`; B is the batch size, or what is left for the last batch.
        mirrored : ndarray of bool, shape (B,)
            Which of them are mirrored.
        rng : numpy.random.Generator
            The same for one seed, epoch and batch.
        """
        rows = self._order[index * self.batch_size : (index + 1) * self.batch_size]
        rng = np.random.default_rng((self._seed, self._epoch, index))
        return (
            rows,
            choose_mirrored(self.augmentation.flip, self._first_mirrored[rows], self._epoch, rng),
            rng,
        )

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch; called by Keras."""
        self._epoch += 1
        self._order = self._shuffled()

    def _shuffled(self) -> NDArray[np.int64]:
        return np.random.default_rng((self._seed, self._epoch)).permutation(len(self.targets))


def one_hot(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Return a row for each label: 1 in its class's column, 0 elsewhere.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
        ``0 <= label < classes``.
    classes : int
        How many columns.

    Returns
    -------
    ndarray of float32, shape (N, classes)
        Each row sums to 1.
    """
    return np.eye(classes, dtype=np.float32)[labels]
