"""A session does not keep what belonged to widgets that it no longer shows."""

import gc
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.frame import gone_widgets


def page() -> None:
    import streamlit as st

    from pages.parts.frame import gone_widgets
    from tests.app.test_gone_widgets import Shown

    shown = Shown(st.session_state.setdefault("page", 1))

    def opened() -> None:
        st.session_state["opened"] = shown.page

    def next_page() -> None:
        st.session_state["page"] += 1

    try:
        st.button("Open", key=f"open_{shown.page}", on_click=opened)
        st.button("Next", key="next", on_click=next_page)
        st.text_input("Name", key="name")
        st.session_state.setdefault("chosen", "b")
        st.selectbox("Choice", ["a", "b"], key="chosen")
    finally:
        gone_widgets.forget_gone_widgets()


class Shown:
    """What a page shows, and the callbacks of its widgets hold."""

    def __init__(self, page: int) -> None:
        self.page = page


def held() -> list[int]:
    gc.collect()
    return sorted(one.page for one in gc.get_objects() if isinstance(one, Shown))


def walked(pages: int) -> AppTest:
    app = AppTest.from_function(page).run()
    app.text_input(key="name").input("typed")
    app.selectbox(key="chosen").select("a")
    for _ in range(pages):
        app.button(key="next").click().run()
        assert not app.exception
    return app


def values(app: AppTest) -> tuple[Any, ...]:
    return app.text_input(key="name").value, app.selectbox(key="chosen").value


def test_what_a_gone_widget_held_is_given_back_and_the_others_work_on() -> None:
    app = walked(3)
    assert held() == [3, 4]  # The last page's is forgotten at the end of the next run.
    assert values(app) == ("typed", "a")
    app.button(key="open_4").click().run()
    assert app.session_state["opened"] == 4
    assert values(app) == ("typed", "a")
    del app
    assert not held()


def test_another_streamlit_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gone_widgets, "_AS_EXPECTED", False)
    app = walked(3)
    # When this fails Streamlit itself forgets them: gone_widgets.py can go.
    assert held() == [1, 2, 3, 4]
    assert values(app) == ("typed", "a")
