"""Networks that end in a softmax or a sigmoid, or in one output: what goes into it is a logit for each class."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cifar_core.explain.recording import replaced_output

_SQUASHING = ("softmax", "sigmoid")

_SMALLEST_PROBABILITY = 1e-30


@contextmanager
def logits_of(network: Any, *, probabilities: bool = False) -> Iterator[None]:
    """Let a network give logits while it is called inside the ``with`` block: a last softmax or sigmoid is left out.

    Where a network is sure, the slope of its softmax is next to nothing, and so would be every map. A softmax is the
    last where its result is the network's, whatever it is written as: a layer, the activation of another layer, an
    operation of a graph, a call in a network of one's own. All end in two functions of Keras, for which it has no
    public name.

    One output z stands for two classes: how much more speaks for the second than for the first. Their logits are
    −z/2 and z/2, whose softmax is the sigmoid of z.

    Parameters
    ----------
    network : keras.Model
        Gives one row of numbers for each picture.
    probabilities : bool
        Whether what it gives is probabilities even so (:func:`are_probabilities`): their logarithms are taken.
    """
    from keras import ops
    from keras.src.backend import nn

    before = {name: getattr(nn, name) for name in _SQUASHING}
    squashed: list[tuple[Any, Any]] = []

    def listening(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(x: Any, *args: Any, **kwargs: Any) -> Any:
            squashed.append((x, function(x, *args, **kwargs)))
            return squashed[-1][1]

        return call

    def unsquashed(output: Any) -> Any:
        logits = next((x for x, result in squashed if result is output), output)
        if probabilities and logits is output:
            logits = ops.log(ops.maximum(output, _SMALLEST_PROBABILITY))
        if logits.shape[-1] == 1:
            logits = ops.concatenate([-logits / 2, logits / 2], axis=-1)
        return logits

    try:
        for name, function in before.items():
            setattr(nn, name, listening(function))
        with replaced_output(network, unsquashed):
            yield
    finally:
        for name, function in before.items():
            setattr(nn, name, function)


def is_one_output(network: Any) -> bool:
    """Whether all that a network says is one number z: how much more speaks for the second of two classes.

    Parameters
    ----------
    network : keras.Model
        Gives one row of numbers for each picture: z, or, as networks imported before version 0.2.2, the logits 0 and
        z. The gradient of such a constant is 0 everywhere, whatever speaks for its class.
    """
    if int(network.output_shape[-1]) == 1:
        return True
    last: Any = network.layers[-1] if getattr(network, "layers", None) else None
    if int(network.output_shape[-1]) != 2 or type(last).__name__ != "Dense" or last.use_bias:
        return False
    return bool((np.asarray(last.kernel) == 0).all(axis=0).any())


def are_probabilities(outputs: NDArray[np.float32]) -> bool:
    """Whether what a network gives is probabilities, seen from the numbers.

    Parameters
    ----------
    outputs : ndarray of float32, shape (N, classes)
        For any pictures. Rows that add up to 1 are no chance: of what has no softmax at its end they hardly ever do.
    """
    return bool(
        outputs.shape[1] > 1 and outputs.min() >= 0 and np.allclose(outputs.sum(axis=1), 1, atol=1e-2)
    )


class GivesLogits:
    """A network that gives logits whenever it is called; in all else it is that network.

    A compiled function calls it once, when it is traced: afterwards the logits cost nothing.

    Parameters
    ----------
    network : keras.Model
        The network.
    probabilities : bool
        As :func:`logits_of` has it.
    """

    def __init__(self, network: Any, *, probabilities: bool = False) -> None:
        self._network = network
        self._probabilities = probabilities

    def __call__(self, pictures: Any, *, training: bool = False) -> Any:
        """Return logits (N, classes) of pictures; as the network's own call takes them."""
        with logits_of(self._network, probabilities=self._probabilities):
            return self._network(pictures, training=training)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)
