"""Streamlit takes the text of a chart as it was written once, and sends what it would have written itself."""

import json

import plotly.graph_objects as go
import plotly.io
import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.charts.draft import to_json
from pages.parts.frame import lean_chart


def page() -> None:
    import plotly.graph_objects as go
    import streamlit as st

    from cifar_core.charts.draft import Draft, drawn_once

    @drawn_once()
    def bars(title: str) -> go.Figure:
        draft = Draft()
        draft.add_bar(x=["a", "b"], y=[1.0, float("nan")])
        draft.update_layout(title=title, height=300)
        return draft.figure()

    st.plotly_chart(bars("one"), key="one")
    st.plotly_chart(bars("one").update_layout(height=400), key="changed")
    st.plotly_chart(go.Figure(go.Scatter(y=[3, 4])), key="another")


def sent() -> list[dict[str, object]]:
    app = AppTest.from_function(page).run()
    assert not app.exception
    return [json.loads(one.proto.spec) for one in app.get("plotly_chart")]


def test_what_is_sent_stays_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plotly.io, "to_json", to_json)
    before = sent()
    assert len(before) == 3
    lean_chart.make_lean()
    assert sent() == before


def test_plotly_itself_writes_as_it_did() -> None:
    lean_chart.make_lean()
    figure = go.Figure(go.Scatter(y=[3, 4]))
    assert figure.to_json(pretty=True) == to_json(figure, pretty=True)
