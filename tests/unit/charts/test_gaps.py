"""What is no finite number is a gap, in every chart: JSON knows no NaN, and Streamlit's ECharts refuse it."""

import base64
import importlib
import inspect
import json
import math
import pkgutil
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from cifar_core import charts
from cifar_core.charts.class_counts import class_counts_figure
from cifar_core.charts.confidence import coverage_figure, reliability_figure, right_wrong_figure
from cifar_core.charts.confusion import confusion_figure
from cifar_core.charts.cost import cost_figure
from cifar_core.charts.curve_look import BackgroundCurve, Look
from cifar_core.charts.curves import accuracy_figure, loss_figure
from cifar_core.charts.difference import difference_figure
from cifar_core.charts.gauges import gauges_spec
from cifar_core.charts.heatmap import heatmap_figure
from cifar_core.charts.histograms import colour_histogram_figure, tallest_share
from cifar_core.charts.importance import importance_figure
from cifar_core.charts.layout import finish
from cifar_core.charts.live_curves import live_curves_spec
from cifar_core.charts.mean_colours import blue_minus_red_figure, mean_colour_figure
from cifar_core.charts.network import architecture_figure
from cifar_core.charts.parallel_coordinates import parallel_coordinates_figure
from cifar_core.charts.per_class import measure_figure, misclassified_figure, predicted_figure
from cifar_core.charts.picture_map import PointGroup, picture_map_spec
from cifar_core.charts.probabilities import probability_bars
from cifar_core.charts.robustness import robustness_figure
from cifar_core.charts.two_histograms import two_histograms_figure
from cifar_core.evaluation.calibration import Reliability
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.evaluation.intervals import Interval
from cifar_core.evaluation.pareto import CostPoint
from cifar_core.evaluation.per_class import PerClass
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.result import ClassProbability
from cifar_core.explain.robustness.record import RobustnessLine
from cifar_core.hardware.gauge import Gauge
from cifar_core.runs.metrics import EpochMetrics, Metrics, Tick
from cifar_core.sweeps.plan import make_plan
from cifar_core.sweeps.summary import TrialSummary
from cifar_core.views.train.network import build_architecture
from tests.fake_runs import predictions_of

NAN, INF = math.nan, math.inf
NAMES = ("cat", "dog", "frog")
EPOCHS = (
    EpochMetrics(1, 2.0, 0.2, 1.9, 0.25, 1e-3, 500.0, 4.0),
    EpochMetrics(2, NAN, 0.3, INF, NAN, 1e-3, INF, 4.0),
    EpochMetrics(3, 1.0, NAN, -INF, 0.5, NAN, 500.0, NAN),
)
STRANGE = np.array([1.0, NAN, INF])
PER_CLASS = PerClass(STRANGE, STRANGE, STRANGE, STRANGE, STRANGE, STRANGE)  # type: ignore[arg-type]
MATRIX = ConfusionMatrix.from_predictions(predictions_of([0, 0, 1, 2], [0, 1, 1, 2], 3))
NETWORK = build_architecture("cnn-2conv", 10)
PLAN = make_plan(
    {
        "name": "rates", "trials": 6, "method": "random",
        "space": [{"field": "learning_rate", "low": 0.001, "high": 0.1}],
        "base": {"name": "base", "model": "cnn-2conv", "data": "drawn"},
    }
)  # fmt: skip


def trial(number: int, value: float | None, state: Any = "finished", rate: float = 0.01) -> TrialSummary:
    # What a file holds is cleaned; here the chart itself is tried.
    made = TrialSummary(
        number=number, run_id=f"r{number}", values={"learning_rate": rate}, state=state, epochs=3
    )
    return made.model_copy(update={"value": value})


BUILDERS: dict[Callable[..., Any], Callable[[], Any]] = {
    two_histograms_figure: lambda: two_histograms_figure(
        np.arange(4.0), (STRANGE, np.full(3, NAN)), ("a", "b"), "mean_red"
    ),
    class_counts_figure: lambda: class_counts_figure(NAMES, STRANGE, STRANGE),  # type: ignore[arg-type]
    confusion_figure: lambda: confusion_figure(MATRIX, NAMES, by_true_class=True, largest_mistake=NAN),
    difference_figure: lambda: difference_figure(MATRIX, MATRIX, NAMES, ("a", "b")),  # of whole numbers alone
    picture_map_spec: lambda: picture_map_spec(
        np.stack([STRANGE, STRANGE], axis=1),
        [PointGroup("cat", "#000000", np.arange(2)), PointGroup("dog", "#ffffff", np.array([2]))],
        np.arange(3),
        np.arange(3),
        None,
        NAMES,
    ),
    reliability_figure: lambda: reliability_figure(
        {"a": Reliability(STRANGE, STRANGE, np.arange(3), STRANGE, STRANGE)}
    ),
    right_wrong_figure: lambda: right_wrong_figure(
        {"a": Reliability(STRANGE, STRANGE, np.arange(3), STRANGE, STRANGE)}
    ),
    robustness_figure: lambda: robustness_figure(
        [
            RobustnessLine("a", (NAN, 0.5, INF, 0.2, 0.1, 0.0), None),
            RobustnessLine("b", (0.5,) * 6, (Interval(NAN, 0.6), *[Interval(0.4, INF)] * 5)),
        ]
    ),
    cost_figure: lambda: cost_figure(
        [CostPoint(name, 1e6, share, (NAN, INF), True, True) for name, share in (("a", 0.5), ("b", 1.0))],
        "parameters",
    ),
    coverage_figure: lambda: coverage_figure({"a": (STRANGE, STRANGE), "b": (STRANGE[:0], STRANGE[:0])}),
    accuracy_figure: lambda: accuracy_figure({"a": EPOCHS}, {"b": [EPOCHS, EPOCHS]}),
    loss_figure: lambda: loss_figure(
        {"a": EPOCHS},
        {"b": [EPOCHS, EPOCHS]},
        look=Look("step", {"a": {1: NAN, 2: 2.0}}, 0.5, True, {"a": (1, INF)}, {"c": BackgroundCurve(*[STRANGE] * 3)}),
    ),
    gauges_spec: lambda: gauges_spec([Gauge("power", "–", (1.0, NAN, INF), NAN, (NAN, 0.5))]),
    heatmap_figure: lambda: heatmap_figure(Heatmap(np.array([[NAN, INF], [0.5, 1]], np.float32), NAN, "c", 0, "x")),
    colour_histogram_figure: lambda: colour_histogram_figure(
        np.where(np.arange(256) == 9, INF, NAN) * np.ones((3, 1))
    ),
    importance_figure: lambda: importance_figure([("rate", NAN), ("batch", 0.4)]),
    finish: lambda: finish(go.Figure(go.Bar(x=[NAN, 1.0], y=STRANGE)).update_xaxes(range=[0, INF]), height=99),
    live_curves_spec: lambda: live_curves_spec(Metrics(EPOCHS, Tick(4, 1, 9, NAN, INF, 9.0)), kept_epoch=2),
    blue_minus_red_figure: lambda: blue_minus_red_figure(NAMES, np.array([[1.0, 2, 3], [NAN] * 3, [INF, 0, -INF]])),
    mean_colour_figure: lambda: mean_colour_figure(NAMES, np.array([[1.0, 2, 3], [NAN] * 3, [INF] * 3]), STRANGE),
    architecture_figure: lambda: architecture_figure(  # of whole numbers alone
        NETWORK.diagram, hover=NETWORK.hover, skip_hover=NETWORK.skip_hover
    ),
    parallel_coordinates_figure: lambda: parallel_coordinates_figure(
        PLAN, [trial(0, NAN), trial(1, INF), trial(2, 0.5), trial(3, 0.6), trial(4, NAN, "pruned"), trial(5, 0.1)]
    ),
    measure_figure: lambda: measure_figure({"a": PER_CLASS}, NAMES, "f1"),
    misclassified_figure: lambda: misclassified_figure({"a": PER_CLASS}, NAMES),
    predicted_figure: lambda: predicted_figure({"a": PER_CLASS}, NAMES),
    probability_bars: lambda: probability_bars(
        [ClassProbability("cat", NAN, 1, None), ClassProbability("dog", INF, 2, True)]
    ),
}  # fmt: skip
"""Every builder, fed with numbers that are none wherever it takes any."""


def _is_function(one: object) -> bool:
    return callable(one) and inspect.isfunction(inspect.unwrap(one))  # also one whose results are remembered


def builders() -> dict[str, Callable[..., Any]]:
    """Return all public functions of the room that make a chart."""
    found = {}
    for module in pkgutil.iter_modules(charts.__path__, "cifar_core.charts."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), _is_function):
            made = inspect.signature(function).return_annotation
            if (
                function.__module__ == module.name
                and not name.startswith("_")
                and made in (go.Figure, dict[str, Any])
            ):
                found[name] = function
    return found


def test_every_builder_is_tried() -> None:
    passed = {"finish_spec", "with_larger_text", "finish_matrix"}  # what all others pass
    assert {name for name in builders() if name not in passed} == {one.__name__ for one in BUILDERS}


@pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: builder.__name__)
def test_no_chart_holds_a_number_that_is_none(builder: Callable[..., Any]) -> None:
    chart = BUILDERS[builder]()
    if isinstance(chart, go.Figure):
        # Plotly itself writes null for NaN, but calls infinity by its name inside of arrays.
        assert not infinities(json.loads(chart.to_json()))
        chart = {
            "data": [trace.to_plotly_json() for trace in chart.data],
            "layout": chart.layout.to_plotly_json(),
        }
        chart = plain_lists(chart)
    text = json.dumps(chart, allow_nan=False, default=lambda number: number.item())
    assert "nan" not in text
    assert "inf%" not in text


@pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: builder.__name__)
def test_plotly_knows_every_word_of_a_chart(builder: Callable[..., Any]) -> None:
    chart = BUILDERS[builder]()
    if isinstance(chart, go.Figure):  # put together unchecked; here Plotly checks it
        assert json.loads(go.Figure(chart.to_dict()).to_json()) == json.loads(chart.to_json())


@pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: builder.__name__)
def test_a_number_beside_a_bar_is_as_large_as_other_text(builder: Callable[..., Any]) -> None:
    # Plotly shrinks it to the bar's thickness: on a window of 1920 pixels it was the smallest text of the page.
    chart = BUILDERS[builder]()
    for trace in chart.data if isinstance(chart, go.Figure) else ():
        if trace.type == "bar" and trace.text is not None and trace.textposition != "none":
            assert trace.constraintext == "none"


def plain_lists(value: Any) -> Any:
    """Turn arrays into lists; their NaN, which Plotly draws as a gap, into None."""
    if isinstance(value, np.ndarray):
        return [None if one != one else one for one in value.ravel().tolist()]
    if isinstance(value, dict):
        return {key: plain_lists(one) for key, one in value.items()}
    return [plain_lists(one) for one in value] if isinstance(value, list | tuple) else value


def infinities(value: Any) -> bool:
    if isinstance(value, dict) and "bdata" in value:
        return bool(np.isinf(np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])).any())
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(infinities, inside))


def test_a_curve_has_its_gap_where_the_number_is_missing() -> None:
    validation, training = loss_figure({"a": EPOCHS}).data
    assert plain_lists(training.y) == [2.0, None, 1.0]
    assert plain_lists(validation.y) == [1.9, None, None]
    shown, trained = live_curves_spec(Metrics(EPOCHS))["series"][:2]
    assert shown["data"] == [[1, 25.0], [2, None], [3, 50.0]]
    assert trained["data"] == [[1, 20.0], [2, 30.0], [3, None]]


def test_the_band_of_several_seeds_leaves_out_the_epoch_that_has_none() -> None:
    good = tuple(EpochMetrics(n, 1.0, 0.5, 1.0, 0.5, 1e-3, 1.0, 1.0) for n in (1, 2, 3))
    band = accuracy_figure({}, {"b": [EPOCHS, good]}).data[0]
    assert band.x == (1, 3, 3, 1)
    assert all(math.isfinite(value) for value in band.y)


def test_one_infinite_share_does_not_stretch_the_axis() -> None:
    shares = np.full((3, 256), 0.01)
    shares[0, 7] = INF
    assert tallest_share(shares) == pytest.approx(1.15)


def test_the_best_trial_is_one_with_a_number() -> None:
    figure = parallel_coordinates_figure(PLAN, [trial(0, NAN), trial(1, 0.3), trial(2, 0.6)])
    assert [(line.name, line.y[-1]) for line in figure.data] == [("finished", 0.0), ("best", 1.0)]
