"""The most probable classes of one picture."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import MEDIUM, dress
from cifar_core.charts.palette import ACCENT, MISTAKE, NEUTRAL, TEXT
from cifar_core.charts.text_width import text_width
from cifar_core.explain.result import ClassProbability
from cifar_core.words.numbers import percent
from cifar_core.words.plotly import chart_label

ROW_PIXELS = 32


@drawn_once()
def probability_bars(classes: Sequence[ClassProbability]) -> go.Figure:
    """Draw a bar for each class, the most probable on top.

    As in the confusion matrix, a first choice that is right is blue and a wrong one orange; all others are grey, and
    so is the first one where nobody knows. The true class has a frame and is named as such: nothing hangs on colour
    alone.

    Parameters
    ----------
    classes : sequence of ClassProbability
        In the order to show them.
    """
    figure = Draft()
    figure.add_bar(
        x=[100 * one.probability for one in classes],
        y=[chart_label(label(one)) for one in classes],
        orientation="h",
        marker={
            "color": [_colour(one) for one in classes],
            "line": {"color": TEXT, "width": [2 if one.is_true else 0 for one in classes]},
        },
        text=[probability_words(one.probability) for one in classes],
        textposition="outside",
        constraintext="none",
        cliponaxis=False,
        textfont={"size": MEDIUM, "color": TEXT},
        hovertemplate="%{y}: %{x:.2f}%<extra></extra>",
    )
    # Room on the right for the longest number beside a full bar.
    figure.update_xaxes(title="probability (%)", range=[0, 140], tickvals=[0, 25, 50, 75, 100])
    figure.update_yaxes(autorange="reversed", automargin=True)
    # As much room as labels and titles need: with less, Plotly measures them and draws all once more.
    widest = max((text_width(chart_label(label(one)), MEDIUM) for one in classes), default=0)
    figure.update_layout(
        margin={"l": math.ceil(widest) + 10, "r": 0, "t": 4, "b": 62}, bargap=0.25, showlegend=False
    )
    dress(figure, height=ROW_PIXELS * len(classes) + 60)
    figure.update_yaxes(tickfont={"size": MEDIUM})
    return figure.figure()


def label(one: ClassProbability) -> str:
    """Return the class name, with a mark for the true class and its rank where it is far down."""
    if not one.is_true:
        return one.name
    return f"{one.name} (true)" if one.rank <= 5 else f"{one.name} (true, rank {one.rank})"


def probability_words(probability: float) -> str:
    """Return a probability in percent, never rounded up to certainty or down to none.

    Examples
    --------
    >>> probability_words(0.25), probability_words(0.9999)
    ('25.0%', '> 99.9%')
    """
    if 0 < probability < 0.001:
        return "< 0.1%"
    if 0.999 < probability < 1:
        return "> 99.9%"
    return percent(probability)


def _colour(one: ClassProbability) -> str:
    if one.rank > 1 or one.is_true is None:
        return NEUTRAL
    return ACCENT if one.is_true else MISTAKE
