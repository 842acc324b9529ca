"""The look of a projector: in the address, and gone with its button."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


def open_home(**url: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in url.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def buttons(app: AppTest) -> set[str]:
    return {button.key for button in app.button} & {"project", "end_projector"}


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")


def test_it_begins_with_the_button_and_is_in_the_address() -> None:
    app = open_home()
    assert buttons(app) == {"project"}
    assert "projector" not in app.query_params
    app.button(key="project").click().run()
    assert app.query_params["projector"] == "on"


def test_an_address_opens_it_and_the_button_ends_it() -> None:
    app = open_home(projector="on")
    assert buttons(app) == {"project", "end_projector"}
    assert "names no data set" not in " ".join(one.value for one in app.caption)
    app.button(key="end_projector").click().run()
    assert not app.session_state["projected"]
    assert "projector" not in app.query_params


def test_an_address_with_pictures_and_without_it_has_it_not() -> None:
    app = open_home(projector="on")
    named = app.query_params["data"]
    assert buttons(open_home(data=named if isinstance(named, str) else named[0])) == {"project"}


def test_another_word_is_named() -> None:
    app = open_home(projector="yes")
    assert "“Projector: yes”, which does not exist. There is only on." in app.warning[0].value
    assert buttons(app) == {"project"}
    assert "projector" not in app.query_params
