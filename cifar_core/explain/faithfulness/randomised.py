"""A network that has forgotten what it learnt, from the top: whose maps should then be others."""

from typing import Any

import numpy as np

from cifar_core.explain.recording import recorded_outputs
from cifar_core.models.saved import flatten_layers


def weighing_layers(network: Any) -> tuple[str, ...]:
    """Return the names of the layers with weights, the one that decides first.

    Parameters
    ----------
    network : keras.Model
        With a fixed size of input.
    """
    weighing = {
        name: layer
        for name, layer in flatten_layers(network).items()
        if any(
            "float" in str(one.dtype) for one in layer.weights
        )  # the others hold the state of chance, as Dropout
    }
    with recorded_outputs(weighing) as outputs:
        network(np.zeros((1, *network.input_shape[1:]), np.float32), training=False)
    return tuple(reversed(outputs))


def randomise_from_top(network: Any, count: int, seed: int = 0) -> tuple[str, ...]:
    """Shuffle all numbers within each weight of the uppermost layers: what was learnt is gone, its scale is not.

    Parameters
    ----------
    network : keras.Model
        Is changed.
    count : int
        How many layers with weights, from the one that decides down; all of them where there are fewer.
    seed : int
        The same gives each layer the same shuffled weights, however many are.

    Returns
    -------
    tuple of str
        Their names, the uppermost first.

    References
    ----------
    J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018, arXiv:1810.03292, section 4.1 (cascading
    randomization). There the weights are drawn anew as before the training.
    """
    layers = flatten_layers(network)
    names = weighing_layers(network)[:count]
    for number, name in enumerate(names):
        rng = np.random.default_rng([seed, number])
        layer = layers[name]
        values = [np.asarray(one) for one in layer.get_weights()]
        layer.set_weights([rng.permutation(one.ravel()).reshape(one.shape) for one in values])
    return names
