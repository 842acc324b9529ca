"""A Plotly figure while it is put together: plain values, which become a figure once, at the end.

``plotly.graph_objects`` checks every value at every change, and an update of two axes walks all that is there: a
confusion matrix took 59 ms of a processor, 50 of them for that. Here nothing is checked; the tests draw every chart and
let Plotly check it.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ParamSpec

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
from _plotly_utils.utils import convert_to_base64  # type: ignore[import-untyped]  # There is no public name for it.
from plotly.io import to_json

from cifar_core.remembered import Remembered
from cifar_core.words.finite import finite

Asked = ParamSpec("Asked")

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
        return _Figure.of(_Drawn(finite({"data": self.data, "layout": self.layout})))


class Shown(dict[str, Any]):
    """Data and layout of a finished chart as the browser gets them; nobody changes them any more."""

    @cached_property
    def json(self) -> str:
        """As text, which is written once."""
        return str(to_json(dict(self), validate=False))


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A finished chart, which nobody changes any more.

    Attributes
    ----------
    values : dict
        Data and layout, as they were put together.
    """

    values: dict[str, Any]

    @cached_property
    def shown(self) -> Shown:
        """Data and layout as the browser gets them."""
        shown = Shown(_containers(self.values))
        convert_to_base64(shown)
        if (template := pio.templates.default) is not None:
            shown["layout"].setdefault("template", _template(template))
        return shown


class _Figure(go.Figure):  # type: ignore[misc]
    """A figure that Plotly puts together when somebody looks at its parts; it is drawn from the plain values.

    Plotly copies all of a figure when it is made and once more when it is drawn, which is most of what a chart costs.
    """

    @classmethod
    def of(cls, drawn: _Drawn) -> go.Figure:
        """Return a figure of its own, which may be changed and leaves the plain values as they are."""
        figure: go.Figure = cls.__new__(cls)
        figure.__dict__["_drawn"] = drawn
        return figure

    def __getattr__(self, name: str) -> Any:
        """Put it together: what is asked for is there then, if a figure has it."""
        drawn = self.__dict__.pop("_drawn", None)
        if drawn is None:
            raise AttributeError(name)
        go.Figure.__init__(self, drawn.values, _validate=False)
        return getattr(self, name)

    def to_dict(self) -> dict[str, Any]:
        """Return data and layout as the browser gets them."""
        drawn = self.__dict__.get("_drawn")
        return dict(super().to_dict()) if drawn is None else drawn.shown


def drawn_once(*, most: int = 12) -> Callable[[Callable[Asked, go.Figure]], Callable[Asked, go.Figure]]:
    """Let a chart be built once for what it shows: ``@drawn_once()`` on its builder.

    Parameters
    ----------
    most : int
        Of how many charts the values are kept.

    Returns
    -------
    callable
        For the builder, whose figures come from :meth:`Draft.figure`. What it is given is told apart as
        :class:`~cifar_core.remembered.Remembered` does.
    """

    def decorate(build: Callable[Asked, go.Figure]) -> Callable[Asked, go.Figure]:
        def values(*args: Asked.args, **kwargs: Asked.kwargs) -> _Drawn:
            drawn: _Drawn = build(*args, **kwargs).__dict__["_drawn"]
            return drawn

        kept = Remembered(values, most)

        @functools.wraps(build)
        def draw(*args: Asked.args, **kwargs: Asked.kwargs) -> go.Figure:
            return _Figure.of(kept(*args, **kwargs))

        return draw

    return decorate


def has_kind(figure: go.Figure, kind: str) -> bool:
    """Whether one of the traces of a figure is of this kind.

    Parameters
    ----------
    figure : go.Figure
        A chart of ours is not put together for that.
    kind : str
        In Plotly's words, such as ``"heatmap"``.
    """
    drawn = figure.__dict__.get("_drawn")
    kinds = (
        [one.type for one in figure.data] if drawn is None else [one["type"] for one in drawn.values["data"]]
    )
    return kind in kinds


def _containers(value: Any) -> Any:
    """Copy dicts and lists of dicts or arrays, which are to be changed; what they hold stays the same object."""
    if isinstance(value, dict):
        return {name: _containers(one) for name, one in value.items()}
    if isinstance(value, list | tuple) and value and isinstance(value[0], dict | list | tuple | np.ndarray):
        return [_containers(one) for one in value]
    return value


@functools.cache
def _template(name: str) -> dict[str, Any]:
    """Return the look of all charts, which Streamlit registers with Plotly: thousands of fields."""
    look: dict[str, Any] = pio.templates[name].to_plotly_json()
    convert_to_base64(look)
    return look


def _merge(held: dict[str, Any], look: Mapping[str, Any]) -> None:
    """Put values into a part of a layout, keeping beside them what they do not name."""
    for name, value in look.items():
        if name in _TITLED and isinstance(value, str):
            value = {"text": value}
        if isinstance(value, Mapping):
            _merge(held.setdefault(name, {}), value)
        elif value is not None:
            held[name] = value
