"""How much each hyper-parameter of a sweep mattered."""

from collections.abc import Sequence

import plotly.graph_objects as go

from cifar_core.charts.draft import Draft
from cifar_core.charts.layout import finish
from cifar_core.charts.palette import ACCENT
from cifar_core.words.numbers import percent


def importance_figure(shares: Sequence[tuple[str, float]]) -> go.Figure:
    """Draw a bar for each hyper-parameter, the most important one on top.

    Parameters
    ----------
    shares : sequence of (str, float)
        Names and shares between 0 and 1, largest first; one that is no number has no bar.
    """
    names = [name for name, _ in reversed(shares)]
    values = [100 * share for _, share in reversed(shares)]
    figure = Draft()
    figure.add_bar(
        x=values,
        y=names,
        orientation="h",
        marker={"color": ACCENT},
        text=[percent(share, 0) for _, share in reversed(shares)],
        textposition="outside",
        constraintext="none",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.0f}%<extra></extra>",
    )
    figure.update_xaxes(title="share of the differences (%)", range=[0, 108], tickvals=[0, 25, 50, 75, 100])
    figure.update_layout(margin={"l": 4, "r": 4, "b": 4}, bargap=0.35)
    return finish(figure, height=96 + 44 * max(1, len(shares)))
