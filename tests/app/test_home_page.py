from pathlib import Path
from typing import cast

import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.data.download import DownloadJob, DownloadSnapshot
from cifar_core.runs.store import RunStore
from pages.parts.home.download import download_jobs

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
        "Start it",
        "Download CIFAR-10 (170 MB)",
        "Download CIFAR-100 (169 MB)",
    ]


def test_data_that_cannot_be_opened_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", str(tmp_path / "nowhere"))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "nowhere" in app.error[0].value


def test_the_live_demo_starts_at_a_click_and_is_watched(tmp_path: Path, supervised: list[Path]) -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.button(key="live_demo").click().run()
    assert not app.exception
    store = RunStore(tmp_path / "runs")
    (run,) = store.list()
    assert run.record is not None
    assert (run.record.config.name, run.record.config.data) == ("live demo", "drawn")
    assert set(supervised) == {store.runs_dir}
    assert app.title[0].value == "Train"
    assert app.query_params["run"] in (run.id, [run.id])
    assert app.button(key=f"stop_{run.id}").label == "Stop"
    # Pressed again while it is under way, it is shown and not started twice.
    app.switch_page("pages/home.py").run()
    app.button(key="live_demo").click().run()
    assert [one.id for one in store.list()] == [run.id]
    assert app.title[0].value == "Train"


def test_a_refused_download_says_what_to_do_across_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused:
        def snapshot(self) -> DownloadSnapshot:
            return DownloadSnapshot("failed", message="CIFAR-10 was not downloaded: no internet. Try again.")

    monkeypatch.setitem(download_jobs(), "cifar10", cast(DownloadJob, Refused()))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert [warning.value for warning in app.warning] == [
        "CIFAR-10 was not downloaded: no internet. Try again."
    ]
    # In no column: where the window is narrow, one has room for a word.
    assert not [warning for column in app.columns for warning in column.warning]
    assert "Download CIFAR-10 (170 MB)" in [button.label for button in app.button]
