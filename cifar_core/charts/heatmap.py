"""A heat map at its own resolution, with its scale."""

import plotly.graph_objects as go

from cifar_core.charts.draft import Draft, drawn_once
from cifar_core.charts.layout import MEDIUM, SMALL, finish
from cifar_core.charts.palette import TEXT
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.overlay import ColorMap, color_table

LARGEST_WITH_NUMBERS = 8
"""Up to this many cells a side, each shows its value."""


def _sights(heatmap: Heatmap) -> list[list[str]]:
    """Say of each cell what it sees."""
    rows, columns = heatmap.values.shape
    place = heatmap.place
    if place is None:
        return [[""] * columns for _ in range(rows)]
    return [
        [
            f"<br>sees rows {place.rows.first[row]} to {place.rows.last[row]}, "
            f"columns {place.columns.first[column]} to {place.columns.last[column]}"
            + ("" if place.used[row, column] else "<br>has no way to the answer: gradient 0")
            for column in range(columns)
        ]
        for row in range(rows)
    ]


@drawn_once()
def heatmap_figure(heatmap: Heatmap, *, color_map: ColorMap = "inferno", height: int = 420) -> go.Figure:
    """Draw each cell of the map as the network computed it.

    Parameters
    ----------
    heatmap : Heatmap
        The heat map; values are shares of its maximum.
    color_map : str
        The same as that of the overlay.
    height : int
        Height of the figure in pixels.
    """
    rows, columns = heatmap.values.shape
    table = color_table(color_map)
    steps = range(0, 256, 15)
    figure = Draft()
    figure.add_heatmap(
        z=100 * heatmap.values,
        zmin=0,
        zmax=100,
        colorscale=[
            [step / 255, f"rgb({table[step][0]},{table[step][1]},{table[step][2]})"] for step in steps
        ],
        colorbar={
            "title": {"text": "evidence,<br>% of maximum", "font": {"color": TEXT, "size": MEDIUM}},
            "tickfont": {"color": TEXT, "size": SMALL},
            "len": 1,
        },
        customdata=_sights(heatmap),
        hovertemplate="row %{y}, column %{x}: %{z:.0f}%%{customdata}<extra></extra>",
        textfont={"size": MEDIUM},
        texttemplate="%{z:.0f}" if max(rows, columns) <= LARGEST_WITH_NUMBERS else None,
        xgap=1,
        ygap=1,
    )
    step = 1 if max(rows, columns) <= 16 else 5
    square = {"showgrid": False, "zeroline": False, "dtick": step, "constrain": "domain"}
    figure.update_xaxes(title="column of the map", **square)
    figure.update_yaxes(title="row of the map", autorange="reversed", scaleanchor="x", **square)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 8, "b": 8})
    return finish(figure, height=height)
