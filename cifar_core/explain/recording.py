"""How what layers take and give is caught, or changed, while a network is called."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
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
def recorded_attention(
    layers: Iterable[Any], change: Callable[[int, Any], Any] = lambda number, weights: weights
) -> Iterator[list[Any]]:
    """Catch by how much tokens look at one another while the model is called inside the ``with`` block.

    Attention is computed step by step meanwhile: what fuses its steps has no weights to show.

    Parameters
    ----------
    layers : iterable of keras.Layer
        Multi-head or grouped-query attention.
    change : callable
        Makes of the number of the call, from 0, and of the weights those that are used, and caught, instead.

    Yields
    ------
    list of tensor, each of shape (N, heads, T, S)
        Of each call, also of a shared layer, how much of token s goes into token t; over s they add up to 1.
    """
    caught: list[Any] = []

    def keep(weights: Any) -> Any:
        caught.append(change(len(caught), weights))
        return caught[-1]

    with ExitStack() as stack:
        for layer in layers:
            stack.enter_context(_step_by_step(layer))
            stack.enter_context(replaced_output(layer._softmax, keep))
        yield caught


@contextmanager
def _step_by_step(layer: Any) -> Iterator[None]:
    call, fused = layer.call, layer._flash_attention

    def with_weights(*args: Any, return_attention_scores: bool = False, **kwargs: Any) -> Any:
        gave = call(*args, return_attention_scores=True, **kwargs)
        return gave if return_attention_scores else gave[0]

    try:
        layer.call, layer._flash_attention = with_weights, False
        yield
    finally:
        vars(layer).pop("call", None)
        layer._flash_attention = fused


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
