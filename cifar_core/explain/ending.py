"""Networks that end in a softmax or a sigmoid: their logits are what goes into it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cifar_core.models.saved import flatten_layers

_SQUASHING = ("softmax", "sigmoid")


@contextmanager
def logits_of(network: Any) -> Iterator[None]:
    """Let a network give logits while it is called inside the ``with`` block: its last activation is left out.

    Where a network is sure, the slope of its softmax is next to nothing, and so would be every map.

    Parameters
    ----------
    network : keras.Model
        Whose last layer is a dense one with that activation, or a layer that is nothing else.
    """
    import keras

    last = list(flatten_layers(network).values())[-1]
    activation = getattr(last, "activation", None)
    if type(last).__name__ == "Softmax":
        last.call = lambda inputs, *args, **kwargs: inputs
    elif getattr(activation, "__name__", "") in _SQUASHING:
        last.activation = keras.activations.linear
    else:
        activation = None
    try:
        yield
    finally:
        vars(last).pop("call", None)
        if activation is not None and type(last).__name__ != "Softmax":
            last.activation = activation


def giving_logits(network: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that calls a network, so that it gives logits while it does.

    Parameters
    ----------
    network : keras.Model
        The network.
    function : callable
        Calls it, now or when it is compiled.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        with logits_of(network):
            return function(*args, **kwargs)

    return call
