"""How what layers take and give is caught, or changed, while a network is called."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def recorded_outputs(layers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Catch what layers give out while the model is called inside the ``with`` block.

    A model that was split at a layer would need a connected graph from the layer to the logits, which nested
    models, shortcuts around the layer and ``Sequential`` models read from disk do not offer. Catching the
    output in passing works for all of them, with arrays and with the symbolic tensors of a compiled function.

    Parameters
    ----------
    layers : mapping of str to keras.Layer
        The layers to listen to.

    Yields
    ------
    dict of str to tensor
        Filled in the order in which the layers are called; a shared layer's last output counts.
    """
    with _recorded(layers, lambda given, gave: gave) as outputs:
        yield outputs


@contextmanager
def recorded_inputs(layers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Catch what goes into layers while the model is called inside the ``with`` block.

    Parameters
    ----------
    layers : mapping of str to keras.Layer
        The layers to listen to.

    Yields
    ------
    dict of str to tensor
        As :func:`recorded_outputs`.
    """
    with _recorded(layers, lambda given, gave: given) as inputs:
        yield inputs


@contextmanager
def replaced_output(layer: Any, by: Callable[[Any], Any]) -> Iterator[None]:
    """Let a layer give out something else while the model is called inside the ``with`` block.

    Parameters
    ----------
    layer : keras.Layer
        The layer.
    by : callable
        Makes of what it gives out what it gives out instead, of the same shape. Where that is not looked at, a compiled
        function leaves out what computes it.
    """
    call = layer.call
    try:
        layer.call = lambda *args, **kwargs: by(call(*args, **kwargs))
        yield
    finally:
        vars(layer).pop("call", None)


@contextmanager
def _recorded(layers: Mapping[str, Any], of: Callable[[Any, Any], Any]) -> Iterator[dict[str, Any]]:
    """Catch of each layer what ``of`` chooses among what goes in and what comes out."""
    caught: dict[str, Any] = {}

    def listen(name: str, call: Any) -> Any:
        def record(*args: Any, **kwargs: Any) -> Any:
            gave = call(*args, **kwargs)
            caught[name] = of(args[0] if args else next(iter(kwargs.values())), gave)
            return gave

        return record

    try:
        for name, layer in layers.items():
            layer.call = listen(name, layer.call)
        yield caught
    finally:
        for layer in layers.values():
            vars(layer).pop("call", None)  # then the method of its class is called again
