"""Statistics of batch norm that belong to the weights as they are now."""

from typing import Any

import keras

from cifar_core.recipes.config import Optimizer
from cifar_core.training.batches import TrainingBatches

FORGETFUL = 0.9
"""Below this momentum a batch norm keeps its statistics for less than about ten steps."""
LASTING = 0.99
"""Above this momentum, Keras's own, it remembers thousands of steps: of weights that have changed since."""
PICTURES = 2048
"""How many are looked at: enough for a mean over them to stand still."""


class FreshStatistics(keras.callbacks.Callback):  # type: ignore[misc]
    """Renews the statistics of batch norms before each validation: their means over some training batches.

    At Muon's learning rates a filter changes by a tenth in one step, and the mean of its outputs by more than their
    spread. Statistics of the steps before fit such weights no more, and validation would find as little as chance,
    which looks like overfitting and is none. The same happens where a batch norm remembers very long: after three
    epochs of mobilenetv3-small (momentum 0.999) 57% of the training pictures were right and 10% of the others.

    Parameters
    ----------
    network : keras.Model
        Whose batch norms they are.
    batches : TrainingBatches
        Of which the first ones are looked at, augmented as in training.

    References
    ----------
    Wu & Johnson 2021, arXiv:2105.07576, section 3 (“precise batch norm”).
    """

    def __init__(self, network: Any, batches: TrainingBatches) -> None:
        super().__init__()
        self._norms = batch_norms(network)
        self._batches = batches

    def on_test_begin(self, logs: Any = None) -> None:
        """Look at some training batches without learning from them."""
        momenta = [norm.momentum for norm in self._norms]
        enough = -(-PICTURES // self._batches.batch_size)
        for number in range(min(enough, len(self._batches))):
            for norm in self._norms:
                norm.momentum = number / (number + 1)  # the plain mean over all batches so far
            self.model(self._batches[number][0], training=True)
        for norm, momentum in zip(self._norms, momenta, strict=True):
            norm.momentum = momentum


def statistics_grow_stale(network: Any, optimizer: Optimizer) -> bool:
    """Whether weights move so fast, or batch norms forget so quickly or slowly, that they must be renewed.

    Parameters
    ----------
    network : keras.Model
        Its batch norms and their momenta count; nested models are not looked into.
    optimizer : {"adam", "adamw", "sgd", "rmsprop", "muon"}
        With Muon the answer is always yes, where there is a batch norm.
    """
    norms = batch_norms(network)
    return bool(norms) and (
        optimizer == "muon" or any(not FORGETFUL <= norm.momentum <= LASTING for norm in norms)
    )


def batch_norms(network: Any) -> list[Any]:
    """Return the layers of a network that keep statistics of batches."""
    return [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
