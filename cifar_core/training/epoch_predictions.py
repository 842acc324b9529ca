"""Keeps what the network says of the validation pictures after each epoch: it is computed for the figures anyway."""

from pathlib import Path
from typing import Any

import keras

from cifar_core.evaluation.epoch_predictions import begin_epochs, most_kept, save_epoch, thin_epochs
from cifar_core.training.split_data import SplitData


class EpochPredictions(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes the validation predictions of an epoch before its checkpoint: whoever goes on from that has them.

    Parameters
    ----------
    folder : Path
        ``RunPaths.epochs``.
    data : SplitData
        Says which pictures are validated.
    done : int
        Epochs of earlier attempts that training goes on from; what was written of later ones is removed.
    """

    def __init__(self, folder: Path, data: SplitData, done: int) -> None:
        super().__init__()
        self._folder = folder
        self._dataset = data.dataset
        self._positions = data.validation
        self._done = done
        self._most = most_kept(len(data.validation), len(data.dataset.class_names))

    def on_train_begin(self, logs: Any = None) -> None:
        """Let the logits be noted from now on, and write which pictures they are of."""
        train = self._dataset.train
        begin_epochs(self._folder, train.labels[self._positions], self._positions, self._dataset.fingerprint)
        thin_epochs(self._folder, self._done, self._most)
        self.model.note_validation(len(self._positions))

    def on_test_begin(self, logs: Any = None) -> None:
        """Begin with the first picture."""
        self.model.begin_validation()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the epoch, and remove those that are one too many.

        Parameters
        ----------
        epoch : int
            Counted from 0; in the file from 1.
        logs : dict, optional
            Unused.

        Raises
        ------
        OSError
            It cannot be written, say on a full disk.
        """
        save_epoch(self._folder, epoch + 1, self.model.validated)
        thin_epochs(self._folder, epoch + 1, self._most)
