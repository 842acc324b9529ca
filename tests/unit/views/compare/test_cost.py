"""What accuracy costs: which runs are drawn, which are left out, and what is said of it."""

import math
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from cifar_core.charts.cost import cost_figure
from cifar_core.charts.selection import clicked_index
from cifar_core.data.dataset import Dataset
from cifar_core.models.architectures import known_architectures
from cifar_core.runs.store import RunStore
from cifar_core.views.compare.cost import (
    COSTS,
    OPERATIONS,
    PARAMETERS,
    TIME,
    build_cost,
    cost_columns,
    ticked_with,
)
from cifar_core.views.compare.lines import Line, list_lines
from cifar_core.views.compare.repeats import list_groups
from cifar_core.views.compare.table import list_rows
from tests.fake_runs import change, environment, write_run
from tests.unit.views.compare.test_page import make_dataset
from tests.unit.views.compare.test_repeats import write_repeats


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def lines_of(store: RunStore, dataset: Dataset) -> tuple[Line, ...]:
    rows = list_rows(store.list(), dataset)
    return list_lines(rows, list_groups(rows))


def test_what_is_not_known_is_left_out_and_said(store: RunStore, dataset: Dataset) -> None:
    for number, name in enumerate(("small", "large", "secret")):
        write_run(store.runs_dir, name, dataset, wrong_every=4 + number)
        change(store, store.get(name), parameters=(1000, 50_000, None)[number])
    write_run(store.runs_dir, "waits", dataset, status="queued")
    write_run(store.runs_dir, "other", make_dataset("e" * 16))
    view = build_cost(lines_of(store, dataset), PARAMETERS, ["large"])
    assert dict(zip(view.ids, [one.cost for one in view.points], strict=True)) == {
        "small": 1000,
        "large": 50_000,
    }
    assert [one.on_front for one in view.points] == [True, True]
    assert [one.ticked for one in view.points] == [one == "large" for one in view.ids]
    told = " ".join(view.sentences)
    assert "cheapest on: small and large." in told
    assert "parameters are not known: secret." in told
    assert "not tested: waits." in told
    assert "other pictures" in told
    assert cost_columns(view, PARAMETERS)["test accuracy"] == [one.accuracy for one in view.points]


def test_nothing_known_at_all(store: RunStore, dataset: Dataset) -> None:
    assert build_cost((), TIME, []).points == ()
    (store.runs_dir / "broken").mkdir(parents=True)
    view = build_cost(lines_of(store, dataset), PARAMETERS, [])
    assert view.points == ()
    assert isinstance(cost_figure(view.points, PARAMETERS), go.Figure)


@pytest.mark.parametrize("cost", COSTS)
def test_several_seeds_are_one_mark(store: RunStore, dataset: Dataset, cost: str) -> None:
    write_repeats(store, dataset, "seeds", (2, 3))
    write_run(store.runs_dir, "one", dataset)
    view = build_cost(lines_of(store, dataset), cost, [])
    assert sorted(view.ids) == ["group-seeds", "one"]
    group = view.points[view.ids.index("group-seeds")]
    assert group.accuracy == pytest.approx((0.5 + 2 / 3) / 2)


def test_operations_are_those_of_the_network(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "one", dataset)
    (point,) = build_cost(lines_of(store, dataset), OPERATIONS, []).points
    layers = known_architectures()["cnn-2conv"].layers
    last = [layer for layer in layers if layer.parameters][-1]
    with_ten = sum(layer.operations for layer in layers)
    assert point.cost == with_ten - last.operations + last.operations * len(dataset.class_names) // 10


def test_times_of_different_machines_say_little(store: RunStore, dataset: Dataset) -> None:
    for name in ("a", "b"):
        write_run(store.runs_dir, name, dataset)
    assert "hardware" not in " ".join(build_cost(lines_of(store, dataset), TIME, []).sentences)
    change(store, store.get("a"), environment=environment(hardware="another"))
    assert "different hardware" in " ".join(build_cost(lines_of(store, dataset), TIME, []).sentences)


def test_a_click_ticks_and_takes_off() -> None:
    assert ticked_with(["a"], "b") == ["a", "b"]
    assert ticked_with(["a", "b"], "a") == ["b"]
    assert ticked_with([], "a") == ["a"]


@pytest.mark.parametrize("cost", COSTS)
def test_the_chart_shows_every_run_where_it_belongs(store: RunStore, dataset: Dataset, cost: str) -> None:
    for number in range(5):
        write_run(store.runs_dir, f"r{number}", dataset, wrong_every=(2, 3, 4, 10**6, 5)[number])
        change(store, store.get(f"r{number}"), parameters=10**number)
    view = build_cost(lines_of(store, dataset), cost, ["r0"])
    figure = cost_figure(view.points, cost, is_time=cost == TIME)
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    assert figure.layout.yaxis.autorange == "reversed"  # fewer mistakes are higher
    marks = {}
    for trace in figure.data[1:3]:
        for x, y, (number,), told in zip(trace.x, trace.y, trace.customdata, trace.hovertext, strict=True):
            marks[number] = (x, y, told)
            assert clicked_index({"points": [{"customdata": [number]}]}) == number
    assert sorted(marks) == list(range(len(view.points)))
    for number, point in enumerate(view.points):
        x, y, told = marks[number]
        assert (x, y) == (point.cost, pytest.approx(max(1 - point.accuracy, 1e-5)))
        assert point.label in told
    if cost == PARAMETERS:  # names at the edges of the chart reach inwards
        of_mark = {
            number: place.split()[1]
            for trace in figure.data[1:3]
            for (number,), place in zip(trace.customdata, trace.textposition, strict=True)
        }
        sides = {view.ids[number]: side for number, side in of_mark.items()}
        assert sides == {"r0": "right", "r1": "right", "r2": "center", "r3": "left", "r4": "left"}
        assert math.isfinite(y)
    joined = figure.data[0]
    assert np.all(np.diff(joined.x) >= 0)
    assert np.all(np.diff(joined.y) <= 0)
