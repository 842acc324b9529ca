"""Two ways to compute the same, run in turns on this machine: which is quicker for a network's own shapes.

Measured is one layer of each kind, the one in which the network spends most, forward and backward, on zeros.
Machines are noisy, so the usual way is only left where the other is clearly quicker, in the median of the turns and in
the best of them.
"""

import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, cast

from cifar_core.models.analysis import Architecture, Layer
from cifar_core.models.architectures import known_architectures
from cifar_core.recipes.config import TrainingConfig
from cifar_core.training.operations import OWN, SMALL_MAP, Operations, OwnOperation, Policy
from cifar_core.training.precision import bfloat16_is_hopeless

SECONDS = 2.0
"""For all contests of a network together; three times as much where other programs hold the processor."""
BUSY = 3.0
CLEARLY = 0.95
"""Share of the usual way's time that another one may take at most to be taken instead."""
TURNS = 7
LEAST_TURNS = 3
_HOPELESS = (3.0, 1.5, 1.0)
"""After one turn, two, and more: where all of them took longer than so many times the usual way's, it is kept."""
_EVEN = 16
"""A multiple of so many pictures is no worse than a batch, whatever its size."""

MOST_OPERATIONS = {"matrix": 2.5e8, "filter_gradient": 4e9}
"""Floating-point operations of a turn: hundredths of a second."""
MOST_VALUES = 4e6
"""Numbers in the map that a turn works on: more than fit into a processor's cache, as in a training."""


def measure_operations(config: TrainingConfig, usual: Operations) -> Operations:
    """Return the quicker operations for a training on this processor.

    Parameters
    ----------
    config : TrainingConfig
        Names the model, the batch size, and the precision if it is to be a certain one.
    usual : Operations
        What is kept where nothing else is clearly quicker, or the time is up.
    """
    watch = Watch()
    costliest = costliest_layers(known_architectures()[config.model])
    batch_size, precision = config.batch_size, usual.precision
    if config.precision == "auto" and "matrix" in costliest and not bfloat16_is_hopeless():
        other: Policy = "mixed_bfloat16" if precision == "float32" else "float32"
        case = costliest["matrix"]
        first, second = (_way("matrix", case, batch_size, policy) for policy in (precision, other))
        if is_quicker(first, second, watch, until=SECONDS / 2):
            precision = other
    kinds = [
        kind
        for kind in OWN
        # In float32 both ways of a depthwise convolution are the same.
        if kind in costliest and (kind != "depthwise_gradient" or precision == "mixed_bfloat16")
    ]
    kept: list[OwnOperation] = []
    for number, kind in enumerate(kinds):
        now = watch.seconds()
        ours, plain = (
            _way(kind, costliest[kind], batch_size, precision, ours=ours) for ours in (True, False)
        )
        if not is_quicker(ours, plain, watch, until=now + (SECONDS - now) / (len(kinds) - number)):
            kept.append(kind)
    return Operations(precision=precision, own=tuple(kept))


class Watch:
    """Counts the seconds since it was made, up to three times slower while other programs hold the processor."""

    def __init__(self) -> None:
        self._begun = time.monotonic(), time.process_time()

    def seconds(self) -> float:
        """Return how much of the time is used up."""
        by_clock, of_processor = time.monotonic() - self._begun[0], time.process_time() - self._begun[1]
        return min(by_clock, max(of_processor, by_clock / BUSY))


def is_quicker(
    usual: Callable[[], object], other: Callable[[], object], watch: Watch, *, until: float
) -> bool:
    """Whether another way takes clearly less time than the usual one.

    Parameters
    ----------
    usual, other : callable
        Compute the same; each is called once beforehand, for it may be compiled then.
    watch : Watch
        Says how much time is used up.
    until : float
        Seconds by the watch: no turn begins after it. With fewer than three turns the usual way is kept.
    """
    usual()
    other()
    turns: list[tuple[float, float]] = []
    while len(turns) < TURNS and watch.seconds() < until:
        if len(turns) % 2:
            second = _seconds(other)
            turns.append((_seconds(usual), second))
        else:
            turns.append((_seconds(usual), _seconds(other)))
        hopeless = _HOPELESS[min(len(turns), LEAST_TURNS) - 1]
        if all(two > hopeless * one for one, two in turns):
            return False
    if len(turns) < LEAST_TURNS:
        return False
    shares = [two / one for one, two in turns]
    best, best_other = (min(times) for times in zip(*turns, strict=True))
    return median(shares) < CLEARLY and best_other < CLEARLY * best


def _seconds(way: Callable[[], object]) -> float:
    begun = time.perf_counter()
    way()
    return max(time.perf_counter() - begun, 1e-9)


@dataclass(frozen=True)
class Case:
    """A layer to be measured, and the shape of what goes into it."""

    layer: Layer
    inputs: tuple[int, ...]

    @property
    def values(self) -> int:
        """Numbers in the larger of both its maps, for one picture."""
        return max(math.prod(self.inputs), math.prod(self.layer.output))


def costliest_layers(architecture: Architecture) -> dict[str, Case]:
    """Return of each kind of operation the layer that costs most, all layers of one shape together.

    Parameters
    ----------
    architecture : Architecture
        Of the network.

    Returns
    -------
    dict of str to Case
        By the names of :data:`~cifar_core.training.operations.OWN`; ``"matrix"`` is the convolution or dense layer that
        tells which precision is quicker. Kinds that the network has not are missing.
    """
    outputs = {layer.name: layer.output for layer in architecture.layers}
    costs: dict[str, dict[tuple[Any, ...], float]] = defaultdict(lambda: defaultdict(float))
    cases: dict[tuple[Any, ...], Case] = {}
    for layer in architecture.layers:
        if not layer.inputs:
            continue
        case = Case(layer, outputs[layer.inputs[0]])
        shape = (layer.kind, case.inputs, layer.output, layer.window, layer.stride, layer.activation)
        cases.setdefault(shape, case)
        for kind in _kinds(case):
            costs[kind][shape] += layer.operations or case.values
    return {kind: cases[max(of_kind, key=of_kind.__getitem__)] for kind, of_kind in costs.items()}


def _kinds(case: Case) -> list[str]:
    layer = case.layer
    if layer.kind in ("Conv2D", "Dense"):
        small = layer.window > 1 and layer.stride == 1 and max(layer.output[:2]) <= SMALL_MAP
        padded = case.inputs[:2] == layer.output[:2]
        return ["matrix", "filter_gradient"] if layer.kind == "Conv2D" and small and padded else ["matrix"]
    if layer.kind == "DepthwiseConv2D" and (layer.stride > 1 or layer.window > 3):
        return ["depthwise_gradient"]
    if layer.kind == "BatchNormalization" and len(layer.output) == 3:
        return ["batch_norm"]
    return ["activation"] if layer.kind == "Activation" and layer.activation in ("gelu", "silu") else []


def _way(
    kind: str, case: Case, batch_size: int, precision: str, *, ours: bool = False
) -> Callable[[], object]:
    """Return what computes the gradients of a layer once, with Keras's operations or with ours."""
    import tensorflow as tf

    from cifar_core.training.acceleration import stand_in

    pictures = _pictures(kind, case, batch_size)
    layer: Any = _keras_layer(case, precision)
    layer.build((pictures, *case.inputs))
    inputs = tf.zeros((pictures, *case.inputs), layer.compute_dtype)
    upstream = tf.zeros((pictures, *case.layer.output), layer.compute_dtype)
    weights = [variable.value for variable in layer.trainable_variables]
    if ours:
        layer = stand_in(layer, cast(OwnOperation, kind), pictures)

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def gradients(inputs: Any, upstream: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, training=True)
        of = weights if kind == "filter_gradient" else [inputs, *weights]
        return tape.gradient(outputs, of, output_gradients=upstream)

    compiled = gradients.get_concrete_function(inputs, upstream)
    return lambda: compiled(inputs, upstream)


def _pictures(kind: str, case: Case, batch_size: int) -> int:
    """Return how many pictures a turn works on: those of a batch, or as many as take hundredths of a second."""
    operations = MOST_OPERATIONS.get(kind, math.inf) / max(1, case.layer.operations)
    most = int(min(batch_size, MOST_VALUES // case.values, operations))
    return max(1, most - most % _EVEN if most > _EVEN else most)


def _keras_layer(case: Case, precision: str) -> Any:
    """Make a layer like the network's; its weights are zeros, so that no random number is drawn."""
    from keras import layers

    layer = case.layer
    padding = "same" if case.inputs[0] == layer.output[0] * layer.stride else "valid"
    options: dict[str, Any] = {"name": "timed", "dtype": precision}
    window: dict[str, Any] = {"kernel_size": layer.window, "strides": layer.stride, "padding": padding}
    if layer.kind == "Conv2D":
        return layers.Conv2D(
            layer.output[-1], **window, use_bias=False, kernel_initializer="zeros", **options
        )
    if layer.kind == "DepthwiseConv2D":
        return layers.DepthwiseConv2D(**window, use_bias=False, depthwise_initializer="zeros", **options)
    if layer.kind == "Dense":
        return layers.Dense(layer.output[-1], use_bias=False, kernel_initializer="zeros", **options)
    if layer.kind == "BatchNormalization":
        return layers.BatchNormalization(**options)
    return layers.Activation(layer.activation, **options)
