"""How well each class is recognised, and what each class is taken for.

The number of a bar, for clicks, is that of its run times the number of classes, plus that of its class.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.class_counts import axis_names
from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import finish
from cifar_core.charts.legend import ABOVE, legend_height
from cifar_core.charts.palette import TEXT, run_colours
from cifar_core.evaluation.per_class import PerClass
from cifar_core.words.plotly import chart_label, chart_labels

Measure = Literal["f1", "precision", "recall"]

MEASURES: dict[Measure, str] = {"f1": "F1", "precision": "precision", "recall": "recall"}
"""What can be shown, with the names on the axis."""


Runs = Mapping[str, PerClass]
"""The figures of each run by the name that the legend gives it."""


@drawn_once()
def measure_figure(
    runs: Runs, class_names: Sequence[str], measure: Measure, *, height: int = 420
) -> go.Figure:
    """Draw precision, recall or F1 of every class, a bar for each run.

    A class of which nothing can be said (0/0) has no bar; where that is for want of test pictures, its name says so.

    Parameters
    ----------
    runs : mapping of str to PerClass
        The figures of each run, by the name that the legend gives it.
    class_names : sequence of str
        The index is the label; the same for all runs.
    measure : {"f1", "precision", "recall"}
        Which figure to draw, in percent.
    height : int
        Height in pixels.
    """
    figure = _grouped(
        runs,
        class_names,
        [100 * getattr(one, measure) for one in runs.values()],
        "%{x}: %{y:.1f}% %{text} test pictures<br>Click to see the mistakes",
    )
    figure.update_yaxes(title=f"{MEASURES[measure]} (%)", range=[0, 100])
    return finish(figure, height=height + legend_height(runs))


@drawn_once()
def misclassified_figure(runs: Runs, class_names: Sequence[str], *, height: int = 420) -> go.Figure:
    """Draw how many pictures of every class were taken for another, a bar for each run.

    Parameters
    ----------
    runs : mapping of str to PerClass
        The figures of each run, by the name that the legend gives it.
    class_names : sequence of str
        The index is the label; the same for all runs.
    height : int
        Height in pixels.
    """
    figure = _grouped(
        runs,
        class_names,
        [one.misclassified for one in runs.values()],
        "%{x}: %{y:,} pictures<br>Click to see them",
    )
    figure.update_yaxes(title="misclassified (pictures)", rangemode="tozero")
    return finish(figure, height=height + legend_height(runs))


@drawn_once()
def predicted_figure(runs: Runs, class_names: Sequence[str], *, height: int = 420) -> go.Figure:
    """Draw how often every class was predicted, a bar for each run, beside a mark at its true number.

    Parameters
    ----------
    runs : mapping of str to PerClass
        The figures of each run, by the name that the legend gives it; the marks are the true numbers of the first.
    class_names : sequence of str
        The index is the label; the same for all runs.
    height : int
        Height in pixels.
    """
    figure = _grouped(
        runs,
        class_names,
        [one.predicted_counts for one in runs.values()],
        "%{x}: predicted for %{y:,} pictures<br>Click to see them",
    )
    if runs:
        figure.add_scatter(
            x=list(range(len(class_names))),
            y=next(iter(runs.values())).true_counts,
            name="pictures there are",
            mode="markers",
            marker={
                "symbol": "line-ew",
                "size": 34 if len(class_names) <= 12 else 8,
                "line": {"color": TEXT, "width": 3},
            },
            customdata=[[len(runs) * len(class_names) + label] for label in range(len(class_names))],
            hovertemplate="%{y:,} pictures of this class<br>Click to see them<extra></extra>",
        )
    figure.update_yaxes(title="predicted (pictures)", rangemode="tozero")
    return finish(figure, height=height + legend_height(runs))


def _grouped(
    runs: Runs,
    class_names: Sequence[str],
    heights: Sequence[NDArray[np.float64] | NDArray[np.int64]],
    hover: str,
) -> Draft:
    figure = Draft()
    numbers, classes = list(range(len(class_names))), chart_labels(class_names)
    colours = run_colours(len(runs))
    for run, (name, values) in enumerate(zip(runs, heights, strict=True)):
        figure.add_bar(
            x=numbers,
            y=values,
            name=chart_label(name),
            marker={"color": colours[run]},
            customdata=[[run * len(classes) + label, of_class] for label, of_class in enumerate(classes)],
            text=[f"of {count:,.0f}" for count in np.nan_to_num(runs[name].true_counts)],
            textposition="none",
            hovertemplate=f"{chart_label(name)}<br>{hover.replace('%{x}', '%{customdata[1]}')}<extra></extra>",
        )
    tested = next(iter(runs.values())).true_counts if runs else np.ones(len(class_names))
    names = [
        name if count else f"{name}<br>(no test pictures)"
        for name, count in zip(axis_names(class_names), tested, strict=True)
    ]
    step = max(1, -(-len(class_names) // 50))
    figure.update_xaxes(
        title="class",
        tickvals=numbers[::step],
        ticktext=names[::step],
        range=[-0.5, len(class_names) - 0.5],
    )
    figure.update_layout(
        barmode="group",
        bargap=0.25,
        legend=ABOVE,
        margin={"l": 4, "r": 4, "b": 4},
        showlegend=True,
    )
    return figure
