from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[2] / "app.py")


def texts(app: AppTest) -> str:
    return "\n".join(
        element.value for element in [*app.markdown, *app.caption, *app.header, *app.info, *app.error]
    )


def test_a_fresh_machine_shows_the_drawn_sample_and_says_that_it_is_not_cifar_10() -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert app.selectbox(key="data").options == ["Drawn sample"]
    assert "They are not CIFAR-10" in texts(app)
    assert [button.label for button in app.main.button] == [
        "Download CIFAR-10 (170 MB)",
        "Download CIFAR-100 (169 MB)",
    ]


def test_data_that_cannot_be_opened_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", str(tmp_path / "nowhere"))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "nowhere" in app.error[0].value
