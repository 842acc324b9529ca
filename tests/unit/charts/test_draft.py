"""A figure that is put together unchecked is the one that Plotly would have made."""

import copy
import json
import math

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from cifar_core.charts.draft import Draft, Shown, drawn_once, has_kind


def test_it_says_what_plotly_says_after_the_same_changes() -> None:
    draft, figure = Draft(), go.Figure()
    for one in (draft, figure):
        one.add_bar(x=[0, 1], y=[3.0, 4.5], name="a", texttemplate=None)
        one.add_scatter(x=[0, 1], y=[1, 2], mode="lines", line={"width": 2})
        one.add_shape(type="line", x0=0, x1=1, y0=0, y1=1)
        one.add_annotation(x=0, y=1, text="here", showarrow=False)
        one.update_xaxes(title="class", range=[0, 2])
        one.update_xaxes(title={"font": {"size": 14}}, showgrid=False)
        one.update_layout(margin={"l": 4}, title="all")
        one.update_layout(margin={"t": 12})
    drawn, expected = json.loads(draft.figure().to_json()), json.loads(figure.to_json())
    # A place for an axis that says nothing is the only thing that Plotly leaves out.
    assert drawn["layout"].pop("yaxis") == {}
    assert drawn == expected


def test_what_plotly_has_made_can_be_taken_up() -> None:
    draft = Draft.of(go.Figure(go.Bar(x=["a", "b"], y=[1.0, math.inf])).update_yaxes(title="height"))
    draft.update_yaxes(range=[0, 5])
    figure = draft.figure()
    assert figure.layout.yaxis.title.text == "height"
    assert tuple(figure.layout.yaxis.range) == (0, 5)
    first, second = figure.data[0].y
    assert first == 1.0
    assert second is None


def test_a_word_that_plotly_does_not_know_is_found_by_the_check_of_all_charts() -> None:
    draft = Draft()
    draft.add_bar(x=[1], heigth=3)
    with pytest.raises(ValueError, match="heigth"):
        go.Figure(draft.figure().to_dict())


def small() -> Draft:
    draft = Draft()
    draft.add_bar(x=["a", "b"], y=[1.0, float("nan")])
    draft.add_scatter(x=np.arange(3), y=np.array([0.5, np.nan, 1.0]), customdata=[[1], [2], [3]])
    draft.update_layout(title="two", height=300)
    draft.add_annotation(text="here", x=1, y=0.5)
    return draft


def test_a_figure_says_the_same_before_and_after_plotly_has_put_it_together() -> None:
    drawn, looked_at = small().figure(), small().figure()
    assert looked_at.data[1].type == "scatter"
    assert looked_at.layout.title.text == "two"
    assert json.loads(drawn.to_json()) == json.loads(looked_at.to_json())
    assert json.loads(drawn.to_json()) == json.loads(drawn.to_json())  # nothing was changed by drawing it
    assert drawn.layout.height == 300
    assert json.loads(drawn.to_json()) == json.loads(looked_at.to_json())


def test_a_figure_that_is_only_drawn_is_not_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = small().figure()
    monkeypatch.setattr(go.Figure, "__init__", None)
    assert isinstance(figure, go.Figure)
    assert len(json.loads(figure.to_json())["data"]) == 2
    assert has_kind(figure, "bar")
    assert not has_kind(figure, "heatmap")


def test_a_figure_that_was_looked_at_can_be_changed_and_copied() -> None:
    figure = small().figure()
    figure.update_layout(height=500)
    assert json.loads(figure.to_json())["layout"]["height"] == 500
    assert has_kind(figure, "scatter")
    assert copy.deepcopy(figure).layout.height == 500
    assert copy.deepcopy(small().figure()).layout.height == 300
    with pytest.raises(AttributeError):
        _ = figure.nothing_of_the_kind


def test_a_chart_of_the_same_is_built_once_and_stays_as_it_was() -> None:
    built: list[float] = []

    @drawn_once(most=2)
    def chart(heights: np.ndarray, *, title: str) -> go.Figure:
        """Draw bars."""
        built.append(float(heights[0]))
        draft = Draft()
        draft.add_bar(x=["a", "b"], y=heights)
        draft.update_layout(title=title)
        return draft.figure()

    heights = np.array([1.0, np.nan])
    first = chart(heights, title="one")
    said = first.to_json()
    assert json.loads(said) == json.loads(small_bars(heights, "one").to_json())
    # Somebody looks at one, changes it, reads its numbers: the next one is as it was.
    assert first.data[0].type == "bar"
    first.update_layout(title="changed", height=900)
    first.data[0].y = [7.0, 8.0]
    again = chart(heights, title="one")
    assert again.to_json() == said
    assert again is not first
    assert built == [1.0]
    assert chart(heights, title="two").layout.title.text == "two"
    assert chart(np.array([2.0, 3.0]), title="one").data[0].y[0] == 2.0
    assert built == [1.0, 1.0, 2.0]
    assert chart.__doc__ == "Draw bars."


def test_the_text_of_a_chart_is_written_once() -> None:
    shown = small().figure().to_dict()
    assert isinstance(shown, Shown)
    assert json.loads(shown.json) == json.loads(pio.to_json(dict(shown), validate=False))
    assert shown.json is shown.json


def small_bars(heights: np.ndarray, title: str) -> go.Figure:
    draft = Draft()
    draft.add_bar(x=["a", "b"], y=heights)
    draft.update_layout(title=title)
    return draft.figure()
