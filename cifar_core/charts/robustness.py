"""Accuracy against the severity of a corruption."""

from collections.abc import Sequence

import plotly.graph_objects as go

from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import finish
from cifar_core.charts.legend import ABOVE, legend_height
from cifar_core.charts.palette import run_colours
from cifar_core.explain.robustness.record import RobustnessLine
from cifar_core.words.plotly import chart_labels


@drawn_once()
def robustness_figure(lines: Sequence[RobustnessLine], *, height: int = 380) -> go.Figure:
    """Draw a line for each run, with 95% intervals where there are any.

    Parameters
    ----------
    lines : sequence of RobustnessLine
        Accuracies at severity 0 to 5.
    height : int
        Of the plot, in pixels; a legend comes on top of it.
    """
    figure = Draft()
    names = chart_labels([line.label for line in lines])
    for name, line, colour in zip(names, lines, run_colours(len(lines)), strict=True):
        look = {"color": colour, "width": 3}
        figure.add_scatter(
            x=list(range(len(line.accuracies))),
            y=list(line.accuracies),
            error_y=_ends(line),
            mode="lines+markers",
            name=name,
            line=look,
            marker={"color": colour, "size": 9},
            hovertemplate="severity %{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(title="severity (0: as they are)", tickformat="d", dtick=1)
    figure.update_yaxes(title="accuracy", range=[0, 1], tickformat=".0%")
    figure.update_layout(showlegend=True, legend=ABOVE, margin={"l": 4, "r": 12, "t": 8, "b": 4})
    return finish(figure, height=height + legend_height(names))


def _ends(line: RobustnessLine) -> dict[str, object]:
    if line.intervals is None:
        return {"visible": False}
    pairs = list(zip(line.accuracies, line.intervals, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [ends.high - share for share, ends in pairs],
        "arrayminus": [share - ends.low for share, ends in pairs],
        "thickness": 1.5,
    }
