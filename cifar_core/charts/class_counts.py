"""How many pictures each class has."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import finish
from cifar_core.charts.palette import ACCENT, NEUTRAL
from cifar_core.names import visible
from cifar_core.words.plotly import LONGEST, chart_labels

MANY_CLASSES = 30
"""With more classes than this, not every name fits beside its bar."""

SIDE_BY_SIDE, LONGEST_NAME = 12, 20
"""With more classes than this their names stand upright, and long ones would leave no room for the bars: so many
letters of each are written, and a pointer has them all."""


@drawn_once()
def class_counts_figure(
    class_names: Sequence[str],
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    *,
    height: int = 420,
) -> go.Figure:
    """Draw two bars for each class: its pictures in the training and in the test split.

    Parameters
    ----------
    class_names : sequence of str
        The index is the label.
    train, test : ndarray of int64, shape (classes,)
        Number of pictures by label.
    height : int
        Height in pixels.
    """
    figure = Draft()
    for name, counts, colour in (("training", train, ACCENT), ("test", test, NEUTRAL)):
        figure.add_bar(
            x=list(range(len(class_names))),
            y=counts,
            name=name,
            marker={"color": colour},
            # Where there is no bar, nobody can see that it is one of no height.
            text=["" if count else "none" for count in counts],
            textposition="outside",
            constraintext="none",
            customdata=chart_labels(class_names),
            hovertemplate=f"%{{customdata}}: %{{y:,}} {name} pictures<extra></extra>",
        )
    name_classes(figure, class_names)
    figure.update_yaxes(title="pictures", rangemode="tozero", tickformat=",")
    figure.update_layout(
        barmode="group",
        bargap=0.25,
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
        margin={"l": 4, "r": 4, "b": 4},
    )
    return finish(figure, height=height)


def axis_names(class_names: Sequence[str]) -> list[str]:
    """Return what stands at an axis for each class, fit for Plotly; of many, long names end in “…”."""
    most = LONGEST_NAME if len(class_names) > SIDE_BY_SIDE else LONGEST
    return chart_labels(visible(name, most) for name in class_names)


def name_classes(figure: Draft, class_names: Sequence[str]) -> None:
    """Write the class names under bars that stand at 0, 1, 2, …; of very many, every second or third.

    Parameters
    ----------
    figure : Draft
        Its x axis is changed in place: title, ticks and range.
    class_names : sequence of str
        The index is the label and the place of its bar; up to 50 are all written.
    """
    step = -(-len(class_names) // 50)
    numbers = list(range(0, len(class_names), max(1, step)))
    figure.update_xaxes(
        title="class" if step <= 1 else f"class (every {'second' if step == 2 else f'{step}th'} is named)",
        tickvals=numbers,
        ticktext=axis_names(class_names)[:: max(1, step)],
        range=[-0.5, len(class_names) - 0.5],
    )
