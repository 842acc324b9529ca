"""ReLUs that let only positive gradients through, as Guided Backpropagation has them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def guided_relus() -> Iterator[list[str]]:
    """Change the gradient of every ReLU that is called inside the ``with`` block; what it gives out stays the same.

    The one function that all ReLUs of Keras end in is replaced, whatever they are written as: a layer, the activation
    of another layer, an operation of a graph, a call in a layer of one's own. Keras offers no public name for it.

    Yields
    ------
    list of str
        A name for each ReLU that was called.

    References
    ----------
    J. T. Springenberg et al., "Striving for Simplicity: The All Convolutional Net", ICLR 2015 workshop,
    arXiv:1412.6806, figure 1.
    """
    from keras.src.backend import nn

    before = {name: getattr(nn, name) for name in ("relu", "relu6")}
    called: list[str] = []
    try:
        for name, relu in before.items():
            setattr(nn, name, _guided(name, relu, called))
        yield called
    finally:
        for name, relu in before.items():
            setattr(nn, name, relu)


def has_relus(model: Any) -> bool:
    """Whether a network has a ReLU, the only kind of activation whose gradient is changed.

    Parameters
    ----------
    model : keras.Model
        Takes (N, H, W, 3).
    """
    with guided_relus() as called:
        model(np.zeros((1, *model.input_shape[1:]), np.float32), training=False)
    return bool(called)


def _guided(name: str, relu: Callable[[Any], Any], called: list[str]) -> Callable[[Any], Any]:
    from keras import ops

    def both(x: Any) -> Any:
        result = relu(x)
        passes = x > 0 if name == "relu" else (x > 0) & (x < 6)

        def backward(*args: Any, upstream: Any = None) -> Any:
            given = args[0] if upstream is None else upstream  # PyTorch also passes what went in.
            return ops.where(passes & (given > 0), given, ops.zeros_like(given))

        return result, backward

    guided = ops.custom_gradient(both)

    def call(x: Any) -> Any:
        called.append(name)
        return guided(x)

    return call
