"""A map of pictures: a point for each, laid out by PCA or t-SNE."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cifar_core.charts.draft import Draft
from cifar_core.charts.layout import dress
from cifar_core.charts.palette import NEUTRAL, TEXT
from cifar_core.words.plotly import chart_label


@dataclass(frozen=True, eq=False)
class PointGroup:
    """Points of one colour, or each of its own.

    Attributes
    ----------
    name : str
        What the legend says.
    colour : str or list of str
        Of all of them, or of each.
    rows : ndarray of int64, shape (k,)
        Which points.
    faint : bool
        Whether they are drawn as background.
    """

    name: str
    colour: str | list[str]
    rows: NDArray[np.int64]
    faint: bool = False


def map_figure(
    points: NDArray[np.float32],
    groups: Sequence[PointGroup],
    numbers: NDArray[np.int64],
    hover: Sequence[str],
    *,
    opens: bool = False,
    height: int = 640,
) -> go.Figure:
    """Draw a point for each picture, by WebGL; a lasso or a box can be drawn around some.

    Parameters
    ----------
    points : ndarray of float32, shape (n, 2)
        Where each lies; one that is not finite is left out.
    groups : sequence of PointGroup
        In the order of the legend; the first is drawn first.
    numbers : ndarray of int64, shape (n,)
        Number of each picture, for clicks.
    hover : sequence of str, length n
        What each picture is, as Plotly reads it (:func:`~cifar_core.words.plotly.chart_label`).
    opens : bool
        Whether the pointer opens points and moves the map, rather than drawing around points: Streamlit takes no
        clicks while a lasso is the tool.
    height : int
        In pixels.
    """
    figure = Draft()
    told = np.array(hover, object)  # a list of ten thousand would be looked through text by text
    for group in groups:
        rows = group.rows
        figure.add_scattergl(
            x=np.round(points[rows, 0], 1),
            y=np.round(points[rows, 1], 1),
            mode="markers",
            name=chart_label(group.name),
            marker={
                "color": NEUTRAL if group.faint else group.colour,
                "size": 4 if group.faint else 5,
                "opacity": 0.2 if group.faint else 0.85,
            },
            # A region shows what is in it by itself; the page then draws its pictures as a set.
            selected={"marker": {"opacity": 0.85}},
            unselected={"marker": {"opacity": 0.2 if group.faint else 0.5}},
            customdata=numbers[rows].astype(np.int32),
            hovertext=told[rows],
            hovertemplate=f"%{{hovertext}}{'<br><b>Click</b> to open it' if opens else ''}<extra></extra>",
        )
    figure.update_layout(
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "itemsizing": "constant"},
        showlegend=any(isinstance(group.colour, str) and not group.faint for group in groups),
        margin={"l": 4, "r": 4, "b": 4},
        newselection={"line": {"color": TEXT, "width": 2}},
        hovermode="closest",
    )
    dress(figure, height=height, zoom=True)
    figure.update_layout(dragmode="pan" if opens else "lasso")
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=False, constrain="domain")
    figure.update_yaxes(
        showticklabels=False, showgrid=False, zeroline=False, scaleanchor="x", constrain="domain"
    )
    return figure.figure()
