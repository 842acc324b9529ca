"""Two ways in turns: the usual one is left only for one that is clearly quicker."""

from collections.abc import Callable, Iterable
from itertools import cycle

import pytest

from cifar_core.models.analysis import Architecture, Layer
from cifar_core.models.architectures import known_architectures
from cifar_core.training import contests
from tests.clock import replace_clock


class Clock:
    """A clock that ways of our own put forward."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def way(self, seconds: Iterable[float]) -> Callable[[], None]:
        """Return a way that takes so long, one after the other; its first call compiles and counts for nothing."""
        times = iter([5.0, *seconds] if isinstance(seconds, list) else seconds)

        def go() -> None:
            self.now += next(times)

        return go


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    replace_clock(monkeypatch, contests, monotonic=made, perf_counter=made, process_time=made)
    return made


@pytest.mark.parametrize(
    ("usual", "other", "quicker"),
    [
        ([1.0], [0.9], True),
        ([1.0], [0.96], False),  # not clearly
        ([1.0], [1.2], False),
        # Another process takes the cores for a while: its turns are not what counts.
        ([1.0, 1.0, 9.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0, 1.0], False),
        ([1.0, 1.0, 1.0, 1.0, 1.0], [0.8, 0.8, 9.0, 0.8, 0.8], True),
        # Most turns of the usual way are disturbed, but its best is as quick.
        ([9.0, 9.0, 1.0, 9.0, 9.0], [1.0, 1.0, 1.0, 1.0, 1.0], False),
        # The best of the other one is luck.
        ([1.0, 1.0, 1.0, 1.0, 1.0], [1.1, 1.1, 0.5, 1.1, 1.1], False),
    ],
)
def test_the_usual_way_is_left_only_for_one_that_is_clearly_quicker(
    clock: Clock, usual: list[float], other: list[float], quicker: bool
) -> None:
    ways = [clock.way([*times, *times, *times, *times, *times, *times, *times]) for times in (usual, other)]
    assert contests.is_quicker(*ways, contests.Watch(), until=1e9) is quicker


def test_a_way_that_is_hopeless_is_not_tried_for_long(clock: Clock) -> None:
    assert not contests.is_quicker(clock.way([1.0] * 9), clock.way([50.0] * 9), contests.Watch(), until=1e9)
    assert clock.now == 5 + 5 + 51
    assert not contests.is_quicker(clock.way([1.0] * 9), clock.way([2.0] * 9), contests.Watch(), until=1e9)
    assert clock.now == 5 + 5 + 51 + 5 + 5 + 2 * 3


def test_a_way_that_is_slower_in_each_of_three_turns_is_not_tried_again(clock: Clock) -> None:
    assert not contests.is_quicker(clock.way([1.0] * 9), clock.way([1.2] * 9), contests.Watch(), until=1e9)
    assert clock.now == pytest.approx(5 + 5 + 3 * 2.2)


def test_no_turn_begins_after_the_time_is_up(clock: Clock) -> None:
    ways = [clock.way(cycle([seconds])) for seconds in (1.0, 0.5)]
    assert not contests.is_quicker(*ways, contests.Watch(), until=1.6)  # compiled by then, one turn
    assert clock.now == 3.0
    assert contests.is_quicker(*ways, contests.Watch(), until=1.5 + 4.5 - 0.1)  # three turns are enough


def test_while_others_hold_the_processor_the_time_is_up_later(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, processor = Clock(), Clock()
    replace_clock(monkeypatch, contests, monotonic=clock, process_time=processor)
    watch = contests.Watch()
    clock.now, processor.now = 3.0, 6.0  # two cores to ourselves
    assert watch.seconds() == 3.0
    processor.now = 2.0
    assert watch.seconds() == 2.0
    processor.now = 0.1
    assert watch.seconds() == 1.0  # no more than three times as long


def layer(name: str, kind: str, inputs: str, output: tuple[int, ...], **changes: object) -> Layer:
    values = {"parameters": 0, "operations": 0, "receptive_field": 1}
    return Layer(name=name, kind=kind, inputs=(inputs,) if inputs else (), output=output, **values | changes)


def test_measured_is_what_costs_most_all_layers_of_one_shape_together() -> None:
    network = Architecture(
        layers=(
            layer("in", "InputLayer", "", (8, 8, 4)),
            layer("large", "Conv2D", "in", (8, 8, 4), operations=500, window=3),
            layer("small_1", "Conv2D", "large", (8, 8, 8), operations=300, window=3),
            layer("wide", "Conv2D", "small_1", (8, 8, 4), operations=100, window=1),
            layer("small_2", "Conv2D", "wide", (8, 8, 8), operations=300, window=3),
            layer("strided", "Conv2D", "small_2", (4, 4, 8), operations=9, window=3, stride=2),
            layer("norm", "BatchNormalization", "strided", (4, 4, 8)),
            layer("flat", "Flatten", "norm", (128,)),
            layer("norm_flat", "BatchNormalization", "flat", (128,)),
            layer("head", "Dense", "norm_flat", (700,), operations=550),
        )
    )
    found = contests.costliest_layers(network)
    assert {kind: case.layer.name for kind, case in found.items()} == {
        "matrix": "small_1",  # twice 300, more than 550
        "filter_gradient": "small_1",
        "batch_norm": "norm",
    }
    assert found["batch_norm"].inputs == (4, 4, 8)
    assert found["matrix"].inputs == (8, 8, 4)


@pytest.mark.parametrize(
    ("model", "kinds"),
    [
        ("cnn-2conv", {"matrix"}),
        ("speedrun", {"matrix", "filter_gradient", "batch_norm", "activation"}),
        ("resnet20", {"matrix", "filter_gradient", "batch_norm"}),
        ("vit-tiny", {"matrix", "activation"}),
        ("efficientnetv2-b0", {"matrix", "depthwise_gradient", "batch_norm", "activation"}),
    ],
)
def test_each_network_is_asked_for_what_it_has(model: str, kinds: set[str]) -> None:
    assert set(contests.costliest_layers(known_architectures()[model])) == kinds
