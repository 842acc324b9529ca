"""Whether a network is right as often as it is sure, and how right it is where it is surest."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.curves import MARKS
from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import finish
from cifar_core.charts.palette import NEUTRAL, run_colours
from cifar_core.evaluation.calibration import Reliability
from cifar_core.words.plotly import chart_label

_MOST_POINTS = 400


@drawn_once()
def reliability_figure(runs: Mapping[str, Reliability], *, height: int = 460) -> go.Figure:
    """Draw how often each run was right by how sure it was, beside the line on which both are equal.

    The number of a mark, for clicks, counts the bins of all runs one after the other.

    Parameters
    ----------
    runs : mapping of str to Reliability
        By the name that the legend gives each.
    height : int
        In pixels.
    """
    figure = Draft()
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", name="as sure as right",
        line={"color": NEUTRAL, "dash": "dot", "width": 2}, hoverinfo="skip",
    )  # fmt: skip
    colours, first = run_colours(len(runs)), 0
    for number, (name, one) in enumerate(runs.items()):
        bins = len(one.count)
        figure.add_scatter(
            x=100 * one.confidence,
            y=100 * one.accuracy,
            mode="lines+markers",
            name=chart_label(name),
            line={"color": colours[number], "width": 2.5},
            marker={"symbol": MARKS[number % len(MARKS)], "size": 11},
            customdata=np.stack([np.arange(first, first + bins), one.count, 100 * one.low, 100 * one.high], axis=1),
            hovertemplate="<b>Click</b> to see these pictures: sure %{customdata[2]:.0f} to %{customdata[3]:.0f}%, "
            "right %{y:.1f}% of %{customdata[1]:,}<extra>" + chart_label(name) + "</extra>",
        )  # fmt: skip
        first += bins
    figure.update_xaxes(title="how sure: mean confidence (%)", range=[0, 102])
    figure.update_yaxes(title="how often right: accuracy (%)", range=[0, 102])
    figure.update_layout(title="Reliability diagram", legend={"orientation": "h", "y": -0.2})
    return finish(figure, height=height)


@drawn_once()
def right_wrong_figure(runs: Mapping[str, Reliability], *, height: int = 420) -> go.Figure:
    """Draw how sure each run was where it was right (solid), and where it was wrong (dotted).

    The numbers of the marks, for clicks, count the bins of all runs one after the other: of each run first all bins of
    the right answers, then all of the wrong ones.

    Parameters
    ----------
    runs : mapping of str to Reliability
        By the name that the legend gives each.
    height : int
        In pixels.
    """
    figure = Draft()
    colours, first = run_colours(len(runs)), 0
    for number, (name, one) in enumerate(runs.items()):
        bins, middles = len(one.count), 50 * (one.low + one.high)
        right = one.accuracy * one.count
        for side, pictures, dash in (("right", right, "solid"), ("wrong", one.count - right, "dot")):
            shares = 100 * pictures / max(float(pictures.sum()), 1.0)
            figure.add_scatter(
                x=middles, y=shares, mode="lines+markers", name=f"{chart_label(name)}: {side}",
                line={"color": colours[number], "width": 2.5, "dash": dash},
                marker={"symbol": MARKS[number % len(MARKS)], "size": 10},
                customdata=np.stack(
                    [np.arange(first, first + bins), np.round(pictures), 100 * one.low, 100 * one.high], axis=1
                ),
                hovertemplate="<b>Click</b> to see these pictures: sure %{customdata[2]:.0f} to %{customdata[3]:.0f}%, "
                "%{customdata[1]:,} of the " + side + " ones (%{y:.1f}%)<extra>" + chart_label(name) + "</extra>",
            )  # fmt: skip
            first += bins
    figure.update_xaxes(title="how sure: confidence (%)", range=[0, 102])
    figure.update_yaxes(title="share of the right, of the wrong (%)", rangemode="tozero")
    figure.update_layout(
        title="Confidence of right and wrong answers", legend={"orientation": "h", "y": -0.25}
    )
    return finish(figure, height=height)


@drawn_once()
def coverage_figure(
    runs: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]], *, height: int = 460
) -> go.Figure:
    """Draw how accurate each run is on the share of pictures that it is surest of.

    Parameters
    ----------
    runs : mapping of str to (ndarray, ndarray)
        Coverage and accuracy, as :func:`cifar_core.evaluation.calibration.accuracy_by_coverage` gives them.
    height : int
        In pixels.
    """
    figure = Draft()
    colours = run_colours(len(runs))
    for number, (name, (coverage, accuracy)) in enumerate(runs.items()):
        last = len(coverage) - 1
        kept = np.unique(np.linspace(0, last, _MOST_POINTS).astype(int)) if last >= 0 else slice(0)
        figure.add_scatter(
            x=100 * coverage[kept],
            y=100 * accuracy[kept],
            mode="lines",
            name=chart_label(name),
            line={"color": colours[number], "width": 2.5, "dash": ("solid", "dash", "dot", "dashdot")[number % 4]},
            hovertemplate="right on %{y:.1f}% of the surest %{x:.0f}%<extra>" + chart_label(name) + "</extra>",
        )  # fmt: skip
    figure.update_xaxes(title="share of pictures, surest first: coverage (%)", range=[0, 101])
    figure.update_yaxes(title="accuracy on them (%)")
    figure.update_layout(title="Accuracy against coverage", legend={"orientation": "h", "y": -0.2})
    return finish(figure, height=height)
