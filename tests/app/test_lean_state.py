"""Widgets look up their own value alone, and are what they were."""

from typing import Any

import pytest
from streamlit.elements.widgets import number_input, selectbox, slider, text_widgets
from streamlit.runtime.state import SafeSessionState, SessionState, get_session_state
from streamlit.testing.v1 import AppTest

from pages.parts.frame import lean_state

WIDGETS = (number_input, selectbox, slider, text_widgets)


def page() -> None:
    import streamlit as st

    st.session_state.setdefault("emptied", None)
    st.session_state.setdefault("number", 7)
    st.selectbox("Choice", ["a", "b"], key="choice")
    st.selectbox("Empty", ["a", "b"], key="emptied")
    st.selectbox("Without a key", ["a", "b"])
    st.number_input("Number", 0, 9, key="number")
    st.number_input("No number", 0, 9, value=None, key="none")
    st.slider("Slider", 0, 9, key="slider")
    st.text_input("Text", "first", key="text")
    st.text_area("Area", "first", key="area")


def drawn() -> list[Any]:
    """Return what all widgets say at first, after some were used, and after one was emptied."""
    app = AppTest.from_function(page).run()
    said = [values(app)]
    app.selectbox(key="choice").select("b")
    app.number_input(key="none").set_value(3)
    app.text_input(key="text").input("second")
    app.run()
    said.append(values(app))
    app.number_input(key="number").set_value(None)
    app.text_input(key="text").set_value(None)  # type: ignore[arg-type]
    app.session_state["choice"] = None
    app.run()
    assert not app.exception
    return [*said, values(app)]


def values(app: AppTest) -> list[Any]:
    kinds = (app.selectbox, app.number_input, app.slider, app.text_input, app.text_area)
    return [(one.key, one.value) for kind in kinds for one in kind]


def test_widgets_say_the_same_and_copy_no_state(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in WIDGETS:
        monkeypatch.setattr(module, "get_session_state", get_session_state)
    copies: list[str] = []
    whole = SessionState.filtered_state.fget  # type: ignore[attr-defined]

    def copied(state: SessionState) -> dict[str, Any]:
        copies.append("copied")
        return dict(whole(state))

    monkeypatch.setattr(SessionState, "filtered_state", property(copied))
    before = drawn()
    # When this fails Streamlit itself looks up one value: lean_state.py can go.
    assert len(copies) >= 8
    copies.clear()
    lean_state.make_lean()
    assert drawn() == before
    assert before[1] != before[0]
    assert before[2] != before[1]
    assert not copies


def test_each_value_is_the_one_of_the_whole_state() -> None:
    state = SessionState()
    state["one"], state["none"] = 1, None
    safe = SafeSessionState(state, lambda: None)
    lean = lean_state._State(safe).filtered_state
    assert dict(lean) == safe.filtered_state == {"one": 1, "none": None}
    assert "none" in lean
    assert lean["none"] is None
    assert "other" not in lean
    assert len(lean) == 2


def test_another_streamlit_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in WIDGETS:
        monkeypatch.setattr(module, "get_session_state", get_session_state)
    monkeypatch.setattr(SafeSessionState, "__annotations__", {"_state": "SessionState"})
    lean_state.make_lean()
    assert all(module.get_session_state is get_session_state for module in WIDGETS)  # type: ignore[attr-defined]
