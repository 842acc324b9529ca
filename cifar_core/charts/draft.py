"""A Plotly figure while it is put together: plain values, which become a figure once, at the end.

``plotly.graph_objects`` checks every value at every change, and an update of two axes walks all that is there: a
confusion matrix took 59 ms of a processor, 50 of them for that. Here nothing is checked; the tests draw every chart and
let Plotly check it.
"""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from cifar_core.words.finite import finite

_AXES = ("xaxis", "yaxis")
_TITLED = ("title",)
"""What Plotly takes as a text, and means the text of."""


class Draft:
    """Traces and layout in Plotly's words, as they come.

    Attributes
    ----------
    data : list of dict
        The traces, in the order of drawing.
    layout : dict
        Axes, margins, legend, shapes.
    """

    def __init__(self) -> None:
        self.data: list[dict[str, Any]] = []
        self.layout: dict[str, Any] = {name: {} for name in _AXES}

    @classmethod
    def of(cls, figure: go.Figure) -> "Draft":
        """Return what a figure of Plotly's shows."""
        draft = cls()
        draft.data = [trace.to_plotly_json() for trace in figure.data]
        layout = figure.layout.to_plotly_json()
        layout.pop("template", None)  # Plotly's own look, of thousands of fields
        draft.update_layout(**layout)
        return draft

    def add_bar(self, **look: Any) -> None:
        """Draw bars over what is there, in Plotly's words."""
        self._add("bar", look)

    def add_scatter(self, **look: Any) -> None:
        """Draw a line or marks over what is there, in Plotly's words."""
        self._add("scatter", look)

    def add_heatmap(self, **look: Any) -> None:
        """Draw cells whose colour is their number, in Plotly's words."""
        self._add("heatmap", look)

    def _add(self, kind: str, look: dict[str, Any]) -> None:
        self.data.append({"type": kind} | {name: value for name, value in look.items() if value is not None})

    def add_shape(self, **look: Any) -> None:
        """Draw a line or a rectangle, in Plotly's words."""
        self.layout.setdefault("shapes", []).append(look)

    def add_annotation(self, **look: Any) -> None:
        """Write a text at a place, in Plotly's words."""
        self.layout.setdefault("annotations", []).append(look)

    def update_layout(self, **look: Any) -> None:
        """Change the layout; what is not named stays as it is."""
        _merge(self.layout, look)

    def update_xaxes(self, **look: Any) -> None:
        """Change the axis across in the same way."""
        _merge(self.layout["xaxis"], look)

    def update_yaxes(self, **look: Any) -> None:
        """Change the axis upwards in the same way."""
        _merge(self.layout["yaxis"], look)

    def figure(self) -> go.Figure:
        """Return the figure; every number that is not finite is a gap, for JSON knows no NaN."""
        return go.Figure(finite({"data": self.data, "layout": self.layout}), _validate=False)


def _merge(held: dict[str, Any], look: Mapping[str, Any]) -> None:
    """Put values into a part of a layout, keeping beside them what they do not name."""
    for name, value in look.items():
        if name in _TITLED and isinstance(value, str):
            value = {"text": value}
        if isinstance(value, Mapping):
            _merge(held.setdefault(name, {}), value)
        elif value is not None:
            held[name] = value
